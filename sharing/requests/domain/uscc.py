"""Is this a unified social credit code (GB 32100-2015)?"""

LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
LENGTH = 18


def is_uscc(text: str) -> bool:
    """Tell whether the text has 18 letters of the code's alphabet and the right check letter."""
    if len(text) != LENGTH or any(letter not in LETTERS for letter in text):
        return False
    total = sum(
        LETTERS.index(letter) * weight for letter, weight in zip(text[:-1], WEIGHTS, strict=True)
    )
    return LETTERS[(31 - total % 31) % 31] == text[-1]
