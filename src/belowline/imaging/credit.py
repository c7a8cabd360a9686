"""Our own credit and licence inside a public file: all the metadata that it carries, beside its colour profile."""

from __future__ import annotations

from dataclasses import dataclass
from xml.sax.saxutils import escape


@dataclass(frozen=True, slots=True)
class Credit:
    """What the newsroom says of a picture in public. Every text may be empty."""

    credit: str = ""
    creator: str = ""
    licence: str = ""
    licence_url: str = ""

    def packet(self) -> bytes:
        """An XMP packet with the fields of the IPTC Photo Metadata Standard 2023.2 (XMP serialisation) that picture
        searches and photo programs show: Credit Line, Creator, Copyright Notice, Rights Usage Terms, Web Statement of
        Rights. Empty when there is nothing to say.
        """
        lines = [
            f"<photoshop:Credit>{escape(self.credit)}</photoshop:Credit>" if self.credit else "",
            f"<dc:creator><rdf:Seq><rdf:li>{escape(self.creator)}</rdf:li></rdf:Seq></dc:creator>"
            if self.creator
            else "",
            _in_any_language("dc:rights", self.credit),
            _in_any_language("xmpRights:UsageTerms", self.licence),
            f"<xmpRights:WebStatement>{escape(self.licence_url)}</xmpRights:WebStatement>" if self.licence_url else "",
        ]
        said = "".join(lines)
        return f"{_HEAD}{said}{_TAIL}".encode() if said else b""


_HEAD = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"'
    ' xmlns:xmpRights="http://ns.adobe.com/xap/1.0/rights/">'
)
_TAIL = '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="r"?>'


def _in_any_language(name: str, text: str) -> str:
    return f'<{name}><rdf:Alt><rdf:li xml:lang="x-default">{escape(text)}</rdf:li></rdf:Alt></{name}>' if text else ""
