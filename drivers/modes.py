"""Permissions of files and folders, as tasks say them."""

from trailmark.drivers import parameters

#: What YAML 1.1 makes of 0777; above, the digits themselves are octal.
_LARGEST_VALUE = 0o777
_LARGEST_DIGITS = 777
#: Whole numbers that are probably meant otherwise than they would be read.
_DOUBTFUL = (
    *(400, 440, 444, 500),
    *(
        number
        for number in range(_LARGEST_VALUE + 1, _LARGEST_DIGITS + 1)
        if set('89') & set(str(number))
    ),
)
#: `0644` without quotes is 420 to YAML 1.1 and 644 to YAML 1.2.
SCHEMA: parameters.Schema = {
    'description': "a mode as text such as '0644'",
    'type': ['string', 'integer'],
    'pattern': '^(0o|0)?[0-7]{3,4}$',
    'minimum': 0,
    'maximum': _LARGEST_DIGITS,
    'not': {'enum': list(_DOUBTFUL)},
}


def read(said: str | int) -> int:
    """The mode; text is octal. Raises ValueError for what SCHEMA refuses."""
    if isinstance(said, str):
        return int(said.removeprefix('0o'), 8)
    number = int(said)
    return number if number <= _LARGEST_VALUE else int(str(number), 8)


def show(mode: int) -> str:
    """Four or more octal digits."""
    return f'{mode:04o}'
