"""`make pictures`: the README's pictures and one of every page, taken anew from a running site."""
