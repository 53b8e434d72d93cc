"""Error rates on folders of photographs: ``make eval``. The reference scores."""
