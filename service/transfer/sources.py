"""The sources of an import: a folder of people, a CSV file of photographs, or a JSONL file of vectors."""

import codecs
import csv
import json
import os
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pydantic import BaseModel, ConfigDict, ValidationError

from db.queries.usernames import username_key
from service.domain.json_members import once
from service.domain.names import DisplayName, Email, Username
from service.domain.operator_errors import SourceError
from service.domain.table_cells import from_cell
from service.transfer.vectors import FaceVectors, VectorLine

PHOTOGRAPHS = (".jpg", ".jpeg", ".png", ".webp")
"""The suffixes of photographs, in lower case."""

COLUMNS = ("username", "image", "email", "display_name")
REQUIRED = COLUMNS[:2]
"""The columns that a CSV file may have, and those that it must have."""

PEOPLE_FILE = "people.csv"
"""The CSV file in a folder that ``visage export --images`` wrote."""

BLOCK = 1 << 20
"""Bytes read at a time to count lines."""


class Account(BaseModel):
    """An account in a source, with the rules of a sign-up."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    username: Username
    email: Email | None = None
    display_name: DisplayName | None = None


@dataclass(frozen=True)
class Listed:
    """A person in a source.

    Attributes:
        where: the place in the source, for the operator.
        account: their account.
        face: their photographs or vectors.
    """

    where: str
    account: Account
    face: Sequence[Path] | FaceVectors


@dataclass(frozen=True)
class Unreadable:
    """An invalid part of a source: where it is, and what is wrong with it."""

    where: str
    problem: str


class Source(Protocol):
    """People to import. It can be read several times, with the same result."""

    def count(self) -> int:
        """Returns about how many parts :meth:`read` will yield."""

    def read(self) -> Iterator[Listed | Unreadable]:
        """Yields everybody in a fixed order. Raises SourceError."""


def open_source(path: Path) -> Source:
    """Opens the source at a path: a folder, a ``.csv`` or a ``.jsonl``. Raises SourceError."""
    if path.is_dir():
        listed = path / PEOPLE_FILE
        return CsvSource(listed) if listed.is_file() else FolderSource(path)
    if not path.is_file():
        raise SourceError(f"{path} is neither a folder nor a file")
    if path.suffix.lower() == ".csv":
        return CsvSource(path)
    if path.suffix.lower() == ".jsonl":
        return JsonLinesSource(path)
    raise SourceError(f"{path} is neither a folder nor ends in .csv or .jsonl")


class FolderSource:
    """A folder with one sub-folder per person, named by the username; hidden ones are skipped."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def count(self) -> int:
        """See ``Source``."""
        return len(self._entries())

    def read(self) -> Iterator[Listed | Unreadable]:
        """See ``Source``."""
        for name in self._entries():
            path = self._folder / name
            if not path.is_dir():
                yield Unreadable(str(path), "a photograph outside any person's folder")
                continue
            account = _account({"username": name})
            if isinstance(account, str):
                yield Unreadable(str(path), account)
                continue
            try:
                photographs = [path / each for each in _names(path) if (path / each).is_file()]
            except SourceError as error:
                yield Unreadable(str(path), str(error))
            else:
                yield Listed(str(path), account, photographs)

    def _entries(self) -> list[str]:
        return [
            name
            for name in _names(self._folder)
            if (self._folder / name).is_dir() or Path(name).suffix.lower() in PHOTOGRAPHS
        ]


def _names(folder: Path) -> list[str]:
    try:
        return sorted(name for name in os.listdir(folder) if not name.startswith("."))
    except OSError as error:
        raise SourceError(f"{folder} cannot be read: {error.strerror}") from error


@dataclass
class _Rows:
    """The lines of one person: the number and values of the first, and the photographs of all."""

    number: int
    values: dict[str, str]
    photographs: list[Path]


class CsvSource:
    """A CSV file with a line for each photograph; the lines of one person need not be adjacent.

    All lines are kept in memory, with a few hundred bytes each.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._unreadable: list[Unreadable] = []
        self._people: dict[str, _Rows] = {}
        self._load()

    def count(self) -> int:
        """See ``Source``."""
        return len(self._unreadable) + len(self._people)

    def read(self) -> Iterator[Listed | Unreadable]:
        """See ``Source``."""
        yield from self._unreadable
        for rows in self._people.values():
            account = _account(rows.values)
            where = self._where(rows.number)
            yield (Unreadable(where, account) if isinstance(account, str) else Listed(where, account, rows.photographs))

    def _load(self) -> None:
        try:
            with self._path.open(encoding="utf-8-sig", newline="") as file:
                reader = csv.DictReader(file, strict=True)
                self._check_columns(reader.fieldnames or [])
                for row in reader:
                    self._add(reader.line_num, row)
        except UnicodeDecodeError as error:
            raise SourceError(f"{self._path} is not UTF-8") from error
        except csv.Error as error:
            raise SourceError(f"{self._path} after line {reader.line_num}: {error}") from error
        except OSError as error:
            raise SourceError(f"{self._path} cannot be read: {error.strerror}") from error

    def _check_columns(self, columns: Sequence[str]) -> None:
        if missing := [name for name in REQUIRED if name not in columns]:
            raise SourceError(f"{self._path} has no column {' and no column '.join(missing)} in its first line")
        if unknown := [name for name in columns if name not in COLUMNS]:
            raise SourceError(f"{self._path} has unknown columns: {', '.join(unknown)}; known are {', '.join(COLUMNS)}")
        if repeated := [name for name in COLUMNS if columns.count(name) > 1]:
            raise SourceError(f"{self._path} has two columns {' and two columns '.join(repeated)} in its first line")

    def _add(self, number: int, row: Mapping[str, str | None]) -> None:
        if None in row or None in row.values():
            self._refuse(number, "the number of values differs from the number of columns")
            return
        values = {name: from_cell(value.strip()) for name, value in row.items() if value and value.strip()}
        image = values.pop("image", "")
        if not values.get("username") or not image or "\0" in image:
            self._refuse(number, "needs a username and an image")
            return
        username = values.pop("username")
        rows = self._people.setdefault(username_key(username), _Rows(number, {"username": username}, []))
        for name, value in values.items():
            if rows.values.setdefault(name, value) != value:
                self._refuse(number, f"another {name} than in line {rows.number}")
                return
        rows.photographs.append(_as_on_disk(self._path.parent / image))

    def _refuse(self, number: int, problem: str) -> None:
        self._unreadable.append(Unreadable(self._where(number), problem))

    def _where(self, number: int) -> str:
        return f"{self._path} line {number}"


def _as_on_disk(path: Path) -> Path:
    """Returns the path with the Unicode form of the existing file: systems compose accented letters differently."""
    for form in ("NFC", "NFD"):
        other = Path(unicodedata.normalize(form, str(path)))
        if not os.path.lexists(path) and os.path.lexists(other):
            return other
    return path


class JsonLinesSource:
    """A JSONL file with one person and their vectors a line, as ``visage export`` writes it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def count(self) -> int:
        """See ``Source``."""
        try:
            with self._path.open("rb") as file:
                return sum(block.count(b"\n") for block in iter(lambda: file.read(BLOCK), b""))
        except OSError as error:
            raise SourceError(f"{self._path} cannot be read: {error.strerror}") from error

    def read(self) -> Iterator[Listed | Unreadable]:
        """See ``Source``."""
        with self._path.open("rb") as file:
            if file.read(len(codecs.BOM_UTF8)) != codecs.BOM_UTF8:
                file.seek(0)
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield self._read(f"{self._path} line {number}", line)

    def _read(self, where: str, line: bytes) -> Listed | Unreadable:
        try:
            parsed = VectorLine.model_validate_json(line)
            json.loads(line, object_pairs_hook=once)
            face = parsed.face()
        except ValidationError as error:
            return Unreadable(where, _problem(error))
        except ValueError as error:
            return Unreadable(where, str(error))
        account = Account(username=parsed.username, email=parsed.email, display_name=parsed.display_name)
        return Listed(where, account, face)


def _account(values: Mapping[str, str]) -> Account | str:
    """Returns the account, or what is wrong with it."""
    try:
        return Account.model_validate(values)
    except ValidationError as error:
        return _problem(error)


def _problem(error: ValidationError) -> str:
    """Describes the invalid fields, without their values."""
    return "; ".join(
        f"{'.'.join(map(str, one['loc'])) or 'line'}: {one['msg']}" for one in error.errors(include_input=False)[:3]
    )
