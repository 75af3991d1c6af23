"""Calendar objects as values and as bytes (RFC 5545, 5546, 7986). Knows no feature of the app."""
