"""Colours of the page are told apart from their ground, by day and night."""

import re
import unittest

from trailmark.ui import assets

#: What WCAG 2 asks of text, and of signs such as a bar.
_TEXT, _SIGN = 4.5, 3.0
_TEXTS = [
    'ink',
    'quiet',
    'action',
    'ready',
    'running',
    'error',
    'blocked',
    'cancelled',
]
_SIGNS = ['ready', 'running', 'error', 'blocked', 'skipped', 'edge']


def _palettes() -> dict[str, dict[str, str]]:
    blocks = re.findall(r':root \{(.*?)\}', assets.text('style.css'), re.S)
    light, dark = (
        dict(re.findall(r'--([\w-]+): (#\w{6});', each)) for each in blocks
    )
    return {'light': light, 'dark': {**light, **dark}}


def _luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _faint(names: list[str], grounds: list[str], least: float) -> list[str]:
    return [
        f'{scheme}: {name} on {ground}'
        for scheme, palette in _palettes().items()
        for name in names
        for ground in grounds
        if _contrast(palette[name], palette[ground]) < least
    ]


class ContrastTest(unittest.TestCase):
    def test_texts_are_read_on_every_ground(self) -> None:
        self.assertEqual([], _faint(_TEXTS, ['paper', 'raised'], _TEXT))
        self.assertEqual([], _faint(['ink'], ['error-ground'], _TEXT))

    def test_signs_are_seen(self) -> None:
        self.assertEqual([], _faint(_SIGNS, ['paper'], _SIGN))
