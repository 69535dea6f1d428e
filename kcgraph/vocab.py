"""Namespaces, terms and IRIs: the only place where an IRI is spelled out.

The terms are defined in `ontology/kcgraph.ttl`; a test checks that the two agree.
"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass

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
    "topic": "https://w3id.org/kcgraph/topics#",
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


@dataclass(frozen=True, slots=True)
class Iris:
    """Makes the IRI of every node, from content only: the same thing has the same IRI anywhere.

    `base` ends in `/` or `#`. Nodes of an article carry its id, so that no two articles share one.
    """

    base: str = DEFAULT_BASE

    @property
    def identity_graph(self) -> str:
        return f"{self.base}graph/identity"

    @property
    def derived_graph(self) -> str:
        return f"{self.base}graph/derived"

    def article_graph(self, article: str) -> str:
        return f"{self.base}graph/article/{article}"

    def article(self, article: str) -> str:
        return f"{self.base}article/{article}"

    def stakeholder(self, key: str) -> str:
        return f"{self.base}stakeholder/{key}"

    def issue(self, key: str) -> str:
        return f"{self.base}issue/{key}"

    def post(self, title: str, of: str = "") -> str:
        """The post `title` of the organization or jurisdiction named or keyed `of`."""
        return f"{self.base}post/{slug(title)}" + (f"/{slug(of)}" if of else "")

    def jurisdiction(self, name: str) -> str:
        """What a post belongs to when it is no stakeholder itself."""
        return f"{self.base}jurisdiction/{slug(name)}"

    def extractor(self, name: str) -> str:
        return f"{self.base}extractor/{slug(name)}"

    def coder(self, name: str) -> str:
        """The person who coded a position."""
        return f"{self.base}coder/{slug(name)}"

    def extraction(self, article: str) -> str:
        """The run of an extractor over an article."""
        return f"{self.base}extraction/{article}"

    def passage(self, article: str, start: int, end: int) -> str:
        return f"{self.base}passage/{article}/{start}-{end}"

    @staticmethod
    def place_of(passage: str) -> tuple[str, int, int] | None:
        """Article (IRI), start and end of what `passage` made; None of another IRI."""
        found = re.fullmatch(r"(.*[/#])passage/([^/]+)/(\d+)-(\d+)", passage, re.ASCII)
        return (f"{found[1]}article/{found[2]}", int(found[3]), int(found[4])) if found else None

    def attribution(self, article: str, *content: str) -> str:
        return f"{self.base}attribution/{article}/{digest(*content)}"

    def position(self, article: str, *content: str) -> str:
        return f"{self.base}position/{article}/{digest(*content)}"

    def event(self, article: str, *content: str) -> str:
        return f"{self.base}event/{article}/{digest(*content)}"

    def role(self, article: str, *content: str) -> str:
        """The statement of an article that somebody holds a post."""
        return f"{self.base}role/{article}/{digest(*content)}"
