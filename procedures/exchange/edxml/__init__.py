"""edXML, the messages of the national document axis (QCVN 102:2016): written strictly, read leniently."""

from procedures.exchange.edxml.reading import Message, read
from procedures.exchange.edxml.refusing import EdxmlRefused
from procedures.exchange.edxml.writing import write

__all__ = ["EdxmlRefused", "Message", "read", "write"]
