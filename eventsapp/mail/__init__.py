"""Letters: written into an outbox with the fact they tell, composed and sent by a worker. Knows no feature."""
