"""From a sentence of plain English to what is to be done to a database: read, answered, restated."""
