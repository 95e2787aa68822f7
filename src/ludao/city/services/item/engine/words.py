"""How an item is found by what people say: its words, pairs of signs, sounds and initials, each with a weight.

Words come from rjieba; pairs of signs find what no dictionary knows; sounds (pairs of pinyin syllables) find what was
typed in Latin letters or with a wrong sign of the same sound; initials find 社保卡 by `sbk`.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

CHINESE = re.compile(r"[\u3400-\u9fff]+")
LATIN = re.compile(r"[a-z]+")
PIECE = re.compile(r"[\u3400-\u9fff]+|[a-z0-9]+")
# What a sentence carries besides its matter.
FILLERS = re.compile(
    "请问|我想问|想问|我要|我想|想要|帮我|怎么样|怎么办理|怎么办|怎么|如何|怎样|咋办|咋|需要|要办|什么|哪些|哪里|哪儿|去哪|"
    "在哪|材料|手续|流程|多少钱|多久|多少|可以|能不能|能否|是否|一下|一个|吗|呢|啊|吧|了|的|我|他|她|你|您|办理|申请|办|要|"
    r"\bhow\b|\bto\b|\bdo\b|\bi\b|\bmy\b|\ba\b|\ban\b|\bthe\b|\bfor\b|\bget\b|\bof\b"
)
WORD, PAIR, SOUND, INITIALS, PHRASE = 1.0, 0.45, 0.22, 0.7, 3.0
LONGEST = 40


def _dictionary() -> Any:
    import rjieba  # with the sounds a quarter of a second that not every start should pay

    return rjieba


def _syllables(text: str) -> list[str]:
    from pypinyin import lazy_pinyin

    return list(lazy_pinyin(text))


def plain(text: str) -> str:
    """Half width, small letters, one space for anything that is no sign of a word."""
    low = unicodedata.normalize("NFKC", text).lower()
    return " ".join(PIECE.findall(low))


def kernel(text: str) -> str:
    """What is asked for without the courtesies; the whole where nothing else was said."""
    return plain(FILLERS.sub(" ", plain(text))) or plain(text)


def terms(names: Mapping[str, float], phrases: Iterable[str] = ()) -> dict[str, float]:
    """Every word an item is found by. `names` are its texts with what each counts; `phrases` what people say for it."""
    found: dict[str, float] = {}
    for text, counts in names.items():
        shorter = counts / (0.7 + 0.3 * len(text) / 12)  # a short name that matches says more than a long one
        _add(found, pieces(text), shorter)
        if counts >= 1 and (heart := kernel(text)):
            _add(found, {f"={heart.replace(' ', '')}": PHRASE}, 1.0)
    for phrase in phrases:
        low = plain(phrase)
        _add(found, pieces(low), 0.9)
        _add(found, {f"={kernel(low).replace(' ', '')}": PHRASE}, 1.0)
    return {word: weight for word, weight in found.items() if len(word) <= LONGEST}


def asked(text: str, synonyms: Mapping[str, list[str]]) -> dict[str, float]:
    """The words of a question with their weights; synonyms count a little less than what was said."""
    heart = kernel(text)
    found: dict[str, float] = {}
    _add(found, pieces(heart), 1.0)
    _add(found, {f"={heart.replace(' ', '')}": 1.0}, 1.0)
    for said, meant in synonyms.items():
        if said in heart or said in plain(text):
            for one in meant:
                _add(found, pieces(one), 0.65)
                _add(found, {f"={kernel(one).replace(' ', '')}": 1.0}, 0.6)
    for word in LATIN.findall(heart):
        for sounds in syllables(word):
            _add(found, _sounds(sounds), 2.0)
        if 2 <= len(word) <= 6:
            _add(found, {f"'{word}": INITIALS}, 1.0)
    return {word: weight for word, weight in found.items() if len(word) <= LONGEST}


def pieces(text: str) -> dict[str, float]:
    """Words, pairs of signs, sounds and initials of one text."""
    found: dict[str, float] = {}
    low = plain(text)
    for run in CHINESE.findall(low):
        _add(found, {w: WORD * (1 + 0.25 * (len(w) - 2)) for w in _dictionary().cut_for_search(run) if len(w) > 1}, 1.0)
        _add(found, {run[i : i + 2]: PAIR for i in range(len(run) - 1)}, 1.0)
        if len(run) == 1:
            _add(found, {run: PAIR}, 1.0)
        sounds = _syllables(run)
        _add(found, _sounds(sounds), 1.0)
        if 2 <= len(run) <= 6:
            _add(found, {"'" + "".join(s[0] for s in sounds if s): INITIALS}, 1.0)
        for word in _dictionary().cut(run):
            if 2 <= len(word) <= 5:
                _add(found, {"'" + "".join(s[0] for s in _syllables(word) if s): INITIALS}, 1.0)
    _add(found, dict.fromkeys(re.findall(r"[a-z0-9]{3,}", low), WORD), 1.0)
    return found


def _sounds(sounds: list[str]) -> dict[str, float]:
    return {f"~{one}{other}": SOUND for one, other in zip(sounds, sounds[1:], strict=False)}


def _add(found: dict[str, float], more: Mapping[str, float], counts: float) -> None:
    """The best reason to be found by a word is the one that counts."""
    for word, weight in more.items():
        found[word] = max(found.get(word, 0.0), weight * counts)


@cache
def _known() -> frozenset[str]:
    """Every syllable of Mandarin, from the dictionary of pypinyin itself."""
    from pypinyin.constants import PINYIN_DICT
    from pypinyin.contrib.tone_convert import to_normal

    return frozenset(to_normal(sound) for sounds in PINYIN_DICT.values() for sound in sounds.split(",")[:1])


def syllables(word: str) -> list[list[str]]:
    """The one way to read Latin letters as pinyin with the fewest syllables; nothing when there is none."""
    best: list[list[str] | None] = [[]] + [None] * len(word)
    for end in range(1, len(word) + 1):
        for size in range(1, min(6, end) + 1):
            before, sound = best[end - size], word[end - size : end]
            if before is not None and sound in _known():
                way = [*before, sound]
                current = best[end]
                if current is None or len(way) < len(current):
                    best[end] = way
    last = best[len(word)]
    return [last] if last and len(last) > 1 else []


def spoken(said: Any) -> list[str]:
    """What people say, as it stands in files: phrases with spaces between."""
    return str(said or "").split()
