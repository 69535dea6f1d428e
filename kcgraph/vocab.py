"""Namespaces, terms and IRIs: the only place where an IRI is spelled out.

The terms are defined in `ontology/kcgraph.ttl`; a test checks that the two agree.
"""

import hashlib
import re
import unicodedata

KC = "https://w3id.org/kcgraph/ontology#"
DEFAULT_BASE = "https://w3id.org/kcgraph/id/"

PREFIXES: dict[str, str] = {
    "kc": KC,
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def expand(curie: str) -> str:
    """The IRI of a prefixed name such as `kc:Position`.

    Raises KeyError if the prefix is unknown.
    """
    prefix, _, local = curie.partition(":")
    return PREFIXES[prefix] + local


def slug(text: str, limit: int = 80) -> str:
    """A readable, IRI-safe form of `text`: ASCII letters, digits and single hyphens.

    Text without any such character, or longer than `limit` characters, ends in a digest of the
    whole, so that different texts stay different.
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if words and len(words) <= limit:
        return words
    return "-".join(filter(None, [words[:limit].strip("-"), digest(text)]))


def digest(*parts: str, length: int = 12) -> str:
    """The first `length` hexadecimal digits of the SHA-256 of the parts, in their order."""
    joined = "\x1f".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(joined).hexdigest()[:length]
