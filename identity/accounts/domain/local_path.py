"""Where may a page send the browser after sign-in? To a path of this site and nowhere else."""

from urllib.parse import unquote

LONGEST = 8192


def local_path(asked: str, otherwise: str = "/") -> str:
    r"""Return the asked path with its query if it is safe, else `otherwise`.

    Refused: another scheme or host in any spelling (`//evil`, `/\\evil`, `https:evil`), control
    characters and blanks, also percent-encoded in the path (`/%09/evil`), and dot segments.
    Source: CWE-601; WHATWG URL 4.4 (browsers drop tabs and read a backslash as a slash).
    """
    if not asked.startswith("/") or len(asked) > LONGEST or not _is_plain(asked):
        return otherwise
    path = asked.partition("?")[0].partition("#")[0]
    for _ in range(3):
        if "//" in path or not _is_plain(path) or {".", ".."} & set(path.split("/")):
            return otherwise
        path = unquote(path)
    return otherwise if "%" in path else asked


def _is_plain(text: str) -> bool:
    return all("!" <= character <= "~" and character != "\\" for character in text)
