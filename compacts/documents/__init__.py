"""What becomes a PDF: snapshots in, bytes out; reads no database, opens no connection."""
