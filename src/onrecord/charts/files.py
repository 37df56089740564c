"""Pictures into files: SVG, PNG, PDF, and HTML that needs nothing from outside.

A picture is as wide on paper as its ``Size`` says. What it was made from is in the file: SVG has a title, a description
and JSON in its metadata, PNG a text chunk, HTML its specification; a PDF has it in the caption.
"""

import json
import re
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, get_args
from xml.sax.saxutils import quoteattr

import vl_convert

from onrecord.charts.look import POINT
from onrecord.errors import InputError, OnrecordError
from onrecord.exchange.writing import writing, xml_text

Form = Literal["svg", "png", "pdf", "html"]
FORMS: tuple[Form, ...] = get_args(Form)
DPI = 300


def write(chart: Any, path: str | Path, *, form: Form | None = None, dpi: int = DPI) -> Path:
    """Writes ``chart`` in ``form``, or the form the ending of ``path`` tells, and returns the path.

    ``dpi``: dots of a PNG to the inch. Raises InputError for an ending that is none of ``FORMS``, OnrecordError if
    nothing can be written there or the picture cannot be drawn.
    """
    form = form or form_of(path)
    spec = chart.to_dict()
    try:
        made = png(spec, dpi) if form == "png" else _OF[form](spec)
    except ValueError as error:  # what the converter raises for all its trouble
        raise OnrecordError(f"{path}: the picture cannot be drawn: {error}") from error
    with writing(path) as out:
        out.write(made if isinstance(made, bytes) else made.encode("utf-8"))
    return Path(path)


def form_of(path: str | Path) -> Form:
    """The form a file's ending tells. Raises InputError, which lists those there are."""
    ending = Path(path).suffix.removeprefix(".").casefold()
    for form in FORMS:
        if form == ending:
            return form
    raise InputError(f"{path}: there are no pictures of this form: end the name in .{', .'.join(FORMS)}")


def svg(spec: dict[str, Any]) -> str:
    """The picture as SVG, as wide as it should be in millimetres, with title, description and metadata."""
    drawn = _drawn(spec)
    told = _told(spec)
    width, height = _dimensions(drawn)
    wide = float(told["width_mm"])
    root = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" version="1.1" role="img" '
        f'width="{wide:g}mm" height="{wide * height / width:.2f}mm" viewBox="0 0 {width:g} {height:g}" '
        f"aria-label={quoteattr(told['title'])}>"
        f"<title>{xml_text(told['title'])}</title><desc>{xml_text(told['description'])}</desc>"
        f"<metadata>{xml_text(json.dumps(told, ensure_ascii=False))}</metadata>"
    )
    return re.sub("^<svg[^>]*>", lambda _: root, drawn, count=1)


def png(spec: dict[str, Any], dpi: int = DPI) -> bytes:
    """The picture as PNG with ``dpi`` dots to the inch on paper."""
    drawn = _drawn(spec)
    told = _told(spec)
    scale = float(told["width_mm"]) * POINT / _dimensions(drawn)[0]
    made = bytes(vl_convert.svg_to_png(drawn, scale=scale, ppi=dpi))
    head, rest = made[:33], made[33:]  # the signature and IHDR
    dots = round(dpi / 0.0254)
    known = _chunk(b"pHYs", struct.pack(">IIB", dots, dots, 1)) if b"pHYs" not in made[:200] else b""
    for key, value in {"Title": told["title"], "Description": json.dumps(told, ensure_ascii=False)}.items():
        known += _chunk(b"iTXt", key.encode() + b"\0\0\0\0\0" + value.encode("utf-8"))
    return head + known + rest


def pdf(spec: dict[str, Any]) -> bytes:
    """The picture as PDF, as wide as it should be."""
    drawn = _drawn(spec)
    width, height = _dimensions(drawn)
    wide = float(_told(spec)["width_mm"]) * POINT  # the converter takes a unit of the SVG for a point
    return bytes(vl_convert.svg_to_pdf(_sized(drawn, f"{wide:.2f}", f"{wide * height / width:.2f}")))


def html(spec: dict[str, Any]) -> str:
    """The picture as a page with all it needs inside: point at it and it tells, of a network drag and zoom it."""
    told = _told(spec)
    libraries = str(vl_convert.javascript_bundle(_LIBRARIES)).replace("</script", "<\\/script")
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        f'<meta name="description" content={quoteattr(told["description"])}>\n'
        f"<title>{xml_text(told['title'])}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        '<div id="picture"></div>\n'
        f"<script>{libraries}</script>\n"
        f'<script type="application/json" id="spec">{_in_script(spec)}</script>\n'
        f"<script>{_SHOW}</script>\n</body>\n</html>\n"
    )


_OF: dict[str, Callable[[dict[str, Any]], str | bytes]] = {"svg": svg, "pdf": pdf, "html": html}
_POLICY = "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data: blob:"
"""The page may load nothing, whatever is in its data. Vega compiles its expressions, so it needs eval."""
_LIBRARIES = "window.vegaEmbed = vegaEmbed;"
_STYLE = (
    "body{margin:16px;background:#fff;font-family:Arial,'Liberation Sans',Helvetica,sans-serif}"
    "#vg-tooltip-element{max-width:420px;overflow-wrap:anywhere}#vg-tooltip-element td.value{max-width:320px!important;"
    "max-height:none!important;white-space:normal!important}"
)
_SHOW = (
    "vegaEmbed('#picture',JSON.parse(document.getElementById('spec').textContent),"
    "{renderer:'svg',actions:false}).catch(e=>{document.getElementById('picture').textContent=String(e)});"
)


def _in_script(spec: dict[str, Any]) -> str:
    """JSON that ends no script, whatever words it holds."""
    text = json.dumps(spec, ensure_ascii=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _told(spec: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = spec.get("usermeta", {}).get("onrecord", {})
    return {"title": "", "description": "", "width_mm": 170.0} | told


def _drawn(spec: dict[str, Any]) -> str:
    """The SVG of the converter, the same each time: it goes on counting its ids from picture to picture."""
    drawn = str(vl_convert.vegalite_to_svg(spec, allowed_base_urls=[]))
    ids = re.findall(r'<(?:clipPath|linearGradient|radialGradient) id="([^"]+)"', drawn)
    number = {given: f"{given.rstrip('0123456789')}{i}" for i, given in enumerate(dict.fromkeys(ids))}
    return re.sub(
        r'((?:<(?:clipPath|linearGradient|radialGradient) id="|="url\(#))([^")]+)',
        lambda m: m[1] + number.get(m[2], m[2]),
        drawn,
    )


def _sized(drawn: str, width: str, height: str) -> str:
    return re.sub(r' width="[\d.]+" height="[\d.]+"', f' width="{width}" height="{height}"', drawn, count=1)


def _dimensions(drawn: str) -> tuple[float, float]:
    found = re.search(r'^<svg[^>]*? width="([\d.]+)" height="([\d.]+)"', drawn)
    if found is None:
        raise ValueError("the converter gave no picture")
    return float(found[1]), float(found[2])


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
