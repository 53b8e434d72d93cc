"""Reads the current state of a model's vector index."""

from dataclasses import dataclass

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from db.core import citus
from db.core.engine import Database
from db.core.gallery_size import count_templates
from db.core.index_form import IndexForm, form_of
from db.search.index_comment import IndexComment, Tuning, read_comment
from db.search.index_use import LISTS_SQL, index_name


@dataclass(frozen=True)
class IndexStatus:
    """The current state of a model's index.

    Attributes:
        rows: templates of the model.
        form: its form; this and the attributes below are None without a valid index.
        lists: the number of lists; None for HNSW.
        comment: its parsed comment; None if the comment is not Visage's.
        size: bytes on disk, on all shards together.
        shards: the number of shards if Citus has distributed the templates, each with its own index; else None.
    """

    model_id: str
    name: str
    rows: int
    form: IndexForm | None = None
    lists: int | None = None
    comment: IndexComment | None = None
    size: int | None = None
    shards: int | None = None

    @property
    def exists(self) -> bool:
        """Whether searches use an index."""
        return self.form is not None

    @property
    def rows_each(self) -> int:
        """Templates an index: those of one shard on average, or all."""
        return self.rows // (self.shards or 1)

    @property
    def trained_rows(self) -> int | None:
        """The number of templates when the index was built."""
        return self.comment.trained_rows if self.comment else None

    @property
    def tuning(self) -> Tuning | None:
        """The measured effort and recall; None before a measurement."""
        return self.comment.tuning if self.comment else None


_VECTOR_INDEXES = text("""
    SELECT relname FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid JOIN pg_am ON pg_am.oid = relam
    WHERE indrelid = 'face_templates'::regclass AND amname IN ('ivfflat', 'hnsw')
    ORDER BY relname
""")


def vector_indexes(source: Session | Connection) -> list[str]:
    """Returns the names of all models' vector indexes, valid or not."""
    return list(source.execute(_VECTOR_INDEXES).scalars())


def index_status(database: Database, model_id: str) -> IndexStatus:
    """Returns the state of a model's index; counts its templates."""
    with database.autocommit() as connection:
        return counted_status(connection, model_id)


def counted_status(connection: Connection, model_id: str) -> IndexStatus:
    """Does the same on an open connection."""
    return status_on(connection, model_id, count_templates(connection, model_id))


def status_on(connection: Connection, model_id: str, rows: int) -> IndexStatus:
    """Does the same with a known number of templates."""
    name, shards = index_name(model_id), citus.shards(connection)
    found = connection.execute(
        text(f"""
            SELECT pg_get_indexdef(oid) AS definition, {LISTS_SQL} AS lists, pg_relation_size(oid) AS size,
                   coalesce(obj_description(oid, 'pg_class'), '') AS comment
            FROM pg_class JOIN pg_index ON indexrelid = oid
            WHERE oid = to_regclass(:name) AND indisvalid
        """),  # noqa: S608 (a constant)
        {"name": name},
    ).one_or_none()
    if found is None:
        return IndexStatus(model_id, name, rows, shards=shards)
    comment = read_comment(found.comment)
    size = found.size if shards is None else citus.index_size(connection, model_id)
    return IndexStatus(model_id, name, rows, form_of(found.definition), found.lists, comment, size, shards)
