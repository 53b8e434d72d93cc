"""Error rates on folders of photographs (``make eval``), and the reference scores."""
