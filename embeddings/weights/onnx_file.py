"""Reads ONNX files. Only the converter uses this module."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import onnx
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from onnx.helper import get_attribute_value

from embeddings.core.errors import ModelError


@contextmanager
def graph_of(weights_file: Path, network: str) -> Iterator[Any]:
    """Yields the graph of a file; the block builds a network from it.

    Raises:
        ModelError: the file is damaged, or the block finds another network in it.
    """
    try:
        yield onnx.load(weights_file).graph
    except (DecodeError, AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise ModelError(f"{weights_file.name} does not hold the weights of {network}: {error}") from error


def attributes(node: Any) -> dict[str, Any]:
    """Returns the attributes of a node by name."""
    return {attribute.name: get_attribute_value(attribute) for attribute in node.attribute}
