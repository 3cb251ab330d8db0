"""Small rules of Vietnamese typesetting, as pure functions."""

from __future__ import annotations

import re

NO_BREAK = "\u00a0"
BEFORE_A_NUMBER = re.compile(
    r"\b(ngày|tháng|năm|quý|số|điều|khoản|điểm|mục|phần|chương|khóa|khoá|kỳ|lần|thứ|giai đoạn|bản)"
    r" +(?=\d|…|(?-i:[IVXLC]+\b))",
    re.IGNORECASE,
)
BEFORE_A_PERCENT_SIGN = re.compile(r"(?<=\d) +(?=[%‰])")
COMPOUNDS = re.compile(
    r"\b(tỉnh|thành|huyện|quận|thị|đảng|xã|phường|chi|ban|cơ|khen|thi|trực|liên|hội|công|mặt|tổ"
    r"|nhân|ủy|uỷ|chủ|bí|giám|kiểm|tuyên|nội|dân|xây)"
    r" (ủy|uỷ|bộ|quan|thưởng|đua|thuộc|đoàn|đồng|trận|chức|phố|ban|dân|nhiệm|tịch|thư|đốc|tra"
    r"|giáo|chính|vận|dựng)\b",
    re.IGNORECASE,
)
# As long as has room in the narrowest cell of a signature.
REMARK = re.compile(r"\([^()]{1,16}\)$")
ROMAN = ((50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


def bound(text: str) -> str:
    """``text`` with no line end between "ngày" and its number, nor before a percent sign."""
    return BEFORE_A_PERCENT_SIGN.sub(NO_BREAK, BEFORE_A_NUMBER.sub(rf"\1{NO_BREAK}", text))


def tied(text: str) -> str:
    """``text`` bound, and with the two words of a compound such as "Tỉnh ủy" held together."""
    return COMPOUNDS.sub(rf"\1{NO_BREAK}\2", bound(text))


def named(text: str) -> str:
    """A person's name with a remark in brackets after it held together, where it is short."""
    return REMARK.sub(lambda found: found[0].replace(" ", NO_BREAK), text)


def title_lines(text: str, longest: int) -> tuple[str, ...]:
    """``text`` in one line, or in lines of about equal length, of at most ``longest`` if it can.

    The words of a compound stay together.
    """
    words = tied(text).split(" ")
    letters = sum(map(len, words)) + len(words) - 1
    lines: list[str] = []
    for remaining in range(-(-len(text) // longest), 1, -1):
        if not words:
            break
        taken = _words_nearest(words, letters / remaining)
        lines.append(" ".join(words[:taken]))
        letters -= len(lines[-1]) + 1
        words = words[taken:]
    return (*filter(None, lines), *filter(None, [" ".join(words)]))


def _words_nearest(words: list[str], length: float) -> int:
    """How many leading words come nearest to ``length`` letters, one at least."""
    end = -1
    for count, word in enumerate(words):
        before, end = end, end + 1 + len(word)
        if end >= length:
            return max(1, count if length - before <= end - length else count + 1)
    return len(words)


OWN_MARK = re.compile(r"^(?:[IVXL]+|\d+)\s*[.)–-]\s+")


def unmarked(heading: str) -> str:
    """``heading`` without the number its author wrote in front: the layout numbers it."""
    return OWN_MARK.sub("", heading)


def roman(number: int) -> str:
    """Roman numeral of 1 to 89."""
    numeral = ""
    for value, letters in ROMAN:
        count, number = divmod(number, value)
        numeral += letters * count
    return numeral
