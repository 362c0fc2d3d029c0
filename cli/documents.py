"""JSON values as text for people and machines, and back."""

import json
from typing import Any

import yaml

_Base: Any = getattr(yaml, 'CSafeDumper', yaml.SafeDumper)


class _Dumper(_Base):
    """Text of several lines stands as a block, as people write it."""

    def ignore_aliases(self, data: Any) -> bool:
        """Write everything out."""
        return True


def _text(dumper: Any, text: str) -> Any:
    style = '|' if '\n' in text else None
    return dumper.represent_scalar('tag:yaml.org,2002:str', text, style=style)


_Dumper.add_representer(str, _text)


def text(kind: str, document: Any) -> str:
    """A JSON value in YAML or JSON; it reads back the same."""
    if kind == 'json':
        return json.dumps(document, indent=2, ensure_ascii=False) + '\n'
    written: str = yaml.dump(
        document, Dumper=_Dumper, sort_keys=False, allow_unicode=True
    )
    return written


def value(said: str) -> Any:
    """The JSON value of a YAML text; what JSON has no word for is text.

    Raises ValueError.
    """
    try:
        found = yaml.safe_load(said)
        json.dumps(found, allow_nan=False)
    except TypeError:
        return said
    except (yaml.YAMLError, OverflowError) as error:
        raise ValueError(' '.join(str(error).split())) from None
    return found
