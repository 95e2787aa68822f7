"""The catalogue in DCAT-AP 3 as JSON-LD: what other portals harvest. Only cards, never rows."""

from typing import Any

from ludao.blocks.catalogue.public import Entry

CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/", "foaf": "http://xmlns.com/foaf/0.1/",
    "csvw": "http://www.w3.org/ns/csvw#", "xsd": "http://www.w3.org/2001/XMLSchema#",
}
FREQUENCY = "http://publications.europa.eu/resource/authority/frequency/"
FREQUENCIES = {"live": "CONT", "hourly": "HOURLY", "daily": "DAILY", "weekly": "WEEKLY", "monthly": "MONTHLY",
               "yearly": "ANNUAL"}
ACCESS = "http://publications.europa.eu/resource/authority/access-right/"


def catalogue(entries: list[Entry], root: str) -> dict[str, Any]:
    """One dcat:Catalog with a dcat:Dataset for each entry."""
    return {
        "@context": CONTEXT, "@id": f"{root}/data/catalogue/", "@type": "dcat:Catalog",
        "dct:title": _both("厦门市数据资源目录", "Data catalogue of Xiamen"),
        "dct:publisher": {"@type": "foaf:Organization", "foaf:name": "厦门市大数据管理局"},
        "dcat:dataset": [dataset(entry, root) for entry in entries],
    }


def dataset(entry: Entry, root: str) -> dict[str, Any]:
    page = f"{root}{entry.get_absolute_url()}"
    made: dict[str, Any] = {
        "@id": page, "@type": "dcat:Dataset", "dct:identifier": entry.address,
        "dct:title": _both(entry.title_zh, entry.title_en), "dct:description": _both(entry.row_zh, entry.row_en),
        "dcat:keyword": [str(column.zh) for column in entry.columns.all()],
        "dct:accrualPeriodicity": {"@id": FREQUENCY + FREQUENCIES[entry.promise]},
        "dct:accessRights": {"@id": ACCESS + ("PUBLIC" if entry.grade == "public" else "RESTRICTED")},
        "dcat:landingPage": {"@id": page},
        "dcat:distribution": [{
            "@type": "dcat:Distribution", "dcat:accessURL": {"@id": page}, "dcat:mediaType":
            "application/vnd.apache.parquet" if entry.is_lake else "application/json",
            "dcat:byteSize": {"@value": str(entry.size), "@type": "xsd:nonNegativeInteger"}}],
    }
    if entry.owner:
        made["dct:publisher"] = {"@type": "foaf:Organization", "foaf:name": entry.owner.name}
    if entry.loaded_at:
        made["dct:modified"] = {"@value": entry.loaded_at.isoformat(), "@type": "xsd:dateTime"}
    return made


def _both(zh: str, en: str) -> list[dict[str, str]]:
    said = (("zh-Hans", zh), ("en", en))
    return [{"@value": text, "@language": language} for language, text in said if text]
