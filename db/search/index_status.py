"""A model's vector index as it is now."""

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
    """A model's index, as it is now.

    Attributes:
        rows: templates of the model.
        form: what it is made of; None where there is no index that searches use, and so the rest.
        lists: how many lists it has; None of HNSW.
        comment: what it tells of itself; None where somebody else has written that.
        size: bytes on disk, on all shards together.
        shards: in how many pieces Citus has the templates, each with an index of its own; None without it.
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
        """How many templates one index is for."""
        return self.rows // (self.shards or 1)

    @property
    def trained_rows(self) -> int | None:
        """How many templates there were when it was built."""
        return self.comment.trained_rows if self.comment else None

    @property
    def tuning(self) -> Tuning | None:
        """How hard searches look in it, and what they find; None until that was measured."""
        return self.comment.tuning if self.comment else None


_VECTOR_INDEXES = text("""
    SELECT relname FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid JOIN pg_am ON pg_am.oid = relam
    WHERE indrelid = 'face_templates'::regclass AND amname IN ('ivfflat', 'hnsw')
    ORDER BY relname
""")


def vector_indexes(source: Session | Connection) -> list[str]:
    """The names of all models' vector indexes, usable or not."""
    return list(source.execute(_VECTOR_INDEXES).scalars())


def index_status(database: Database, model_id: str) -> IndexStatus:
    """What there is to know about a model's index; counts its templates."""
    with database.autocommit() as connection:
        return counted_status(connection, model_id)


def counted_status(connection: Connection, model_id: str) -> IndexStatus:
    """The same, on a connection at hand."""
    return status_on(connection, model_id, count_templates(connection, model_id))


def status_on(connection: Connection, model_id: str, rows: int) -> IndexStatus:
    """The same, with a number of templates that is known."""
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
