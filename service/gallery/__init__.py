"""Who a face resembles: the gallery, its search, its index, and the model of impostor scores."""
