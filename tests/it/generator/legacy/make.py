#!/usr/bin/env python3
"""Makes the samples in samples/legacy that LibreOffice can write: flat OpenDocument files of invented
text, one a hiding place, converted to the binary formats. Needs soffice on PATH.

    python3 tests/generator/legacy/make.py

The results are committed; their bytes differ from run to run (times), so the test suite does not
make them anew. Samples of what LibreOffice cannot write come from tests/generator/files/legacy.rs.
"""

import pathlib
import subprocess
import tempfile

MARK = "机密★10年"
LINES = ["关于开展秋季植树活动的通知", "各部门：", "定于下周六上午组织植树，请自备手套和饮水。", "星河镇花木站（虚构）"]
SAMPLES = pathlib.Path(__file__).resolve().parents[3] / "samples" / "legacy"

NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in {
        "office": "office", "text": "text", "style": "style", "table": "table", "draw": "drawing", "meta": "meta",
        "presentation": "presentation", "chart": "chart", "number": "datastyle", "config": "config",
    }.items()
) + (
    ' xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"'
    ' xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"'
    ' xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:of="urn:oasis:names:tc:opendocument:xmlns:of:1.2"'
)


def document(kind, body, *, meta="", styles="", automatic="", master=""):
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<office:document {NAMESPACES} office:version="1.3" '
        f'office:mimetype="application/vnd.oasis.opendocument.{kind}">'
        f"<office:meta>{meta}</office:meta><office:styles>{styles}</office:styles>"
        f'<office:automatic-styles><style:page-layout style:name="pm1"><style:header-style/><style:footer-style/>'
        f"</style:page-layout>{automatic}</office:automatic-styles>"
        f"<office:master-styles>{master}</office:master-styles><office:body>{body}</office:body></office:document>"
    )


def p(text):
    return f"<text:p>{text}</text:p>"


LETTER = "".join(map(p, LINES))


def master_page(inner="", name="Standard"):
    return f'<style:master-page style:name="{name}" style:page-layout-name="pm1">{inner}</style:master-page>'


def writer(first="", *, before="", header="", **rest):
    body = f"<office:text>{before}{first}{LETTER}</office:text>"
    return document("text", body, master=master_page(header), **rest)


def texts():
    yield "clean", writer()
    yield "body", writer(p(MARK))
    yield "runs", writer(p("<text:span text:style-name=\"B\">机</text:span>密<text:span text:style-name=\"B\">★10</text:span>年"),
                         automatic='<style:style style:name="B" style:family="text"><style:text-properties fo:font-weight="bold"/></style:style>')
    yield "header", writer(header=f"<style:header>{p(MARK)}</style:header>")
    yield "footer", writer(header=f"<style:footer>{p(MARK)}</style:footer>")
    yield "cell", writer(f'<table:table table:name="t"><table:table-column table:number-columns-repeated="2"/><table:table-row><table:table-cell>{p("密级")}</table:table-cell>'
                         f"<table:table-cell>{p(MARK)}</table:table-cell></table:table-row></table:table>")
    for kind in ("footnote", "endnote"):
        yield kind, writer(p(f'见注<text:note text:note-class="{kind}"><text:note-citation>1</text:note-citation><text:note-body>{p(MARK)}</text:note-body></text:note>'))
    yield "comment", writer(p(f"请看<office:annotation><dc:creator>星河镇</dc:creator>{p(MARK)}</office:annotation>批注"))
    yield "text-box", writer(p(f'<draw:frame draw:name="框" text:anchor-type="paragraph" svg:width="6cm" svg:height="2cm"><draw:text-box>{p(MARK)}</draw:text-box></draw:frame>'))
    yield "deleted", writer(
        p('机<text:change-start text:change-id="c2"/>场航班时刻<text:change-end text:change-id="c2"/><text:change text:change-id="c1"/>'),
        before='<text:tracked-changes><text:changed-region text:id="c1"><text:deletion><office:change-info><dc:creator>星河镇</dc:creator><dc:date>2026-01-01T00:00:00</dc:date></office:change-info>'
        f'{p("密★10年")}</text:deletion></text:changed-region><text:changed-region text:id="c2"><text:insertion><office:change-info><dc:creator>星河镇</dc:creator>'
        "<dc:date>2026-01-01T00:00:00</dc:date></office:change-info></text:insertion></text:changed-region></text:tracked-changes>")
    yield "hidden", writer(p(f'<text:span text:style-name="H">{MARK}</text:span>'),
                           automatic='<style:style style:name="H" style:family="text"><style:text-properties text:display="none"/></style:style>')
    yield "bookmark", writer(p(f'<text:bookmark text:name="{MARK}"/>通知'))
    yield "title", writer(meta=f"<dc:title>{MARK}</dc:title>")
    yield "label", writer(meta='<meta:user-defined meta:name="MSIP_Label_11111111-2222-3333-4444-555555555555_Enabled">true</meta:user-defined>'
                               '<meta:user-defined meta:name="MSIP_Label_11111111-2222-3333-4444-555555555555_Name">Top Secret</meta:user-defined>')
    yield "style-name", writer('<text:p text:style-name="S">通知</text:p>',
                               styles=f'<style:style style:name="S" style:display-name="{MARK}" style:family="paragraph"/>')
    yield "link", writer(p(f'<text:a xlink:href="https://trees.example/{MARK}">链接</text:a>'))


def row(*cells):
    return "<table:table-row>" + "".join(f'<table:table-cell office:value-type="string">{p(c)}</table:table-cell>' if not c.startswith("<") else c for c in cells) + "</table:table-row>"


def sheet(name, *rows, style="", inside=""):
    return f'<table:table table:name="{name}"{style}>{inside}<table:table-column table:number-columns-repeated="3"/>{"".join(rows)}</table:table>'


def calc(tables, *, after="", before="", header="", automatic="", meta=""):
    return document("spreadsheet", f"<office:spreadsheet>{before}{tables}{after}</office:spreadsheet>",
                    master=master_page(header, "Default"), automatic=automatic, meta=meta)


ROWS = [row("树种", "株数", "领取人"), row("银杏", "二十", "花木站"), row("国槐", "三十", "园林队")]


def sheets():
    yield "clean", calc(sheet("植树", *ROWS))
    yield "cell", calc(sheet("植树", *ROWS, row("备注", MARK)))
    yield "hidden-sheet", calc(sheet("植树", *ROWS) + sheet("库存", *ROWS, row("", MARK), style=' table:style-name="ta2"'),
                               automatic='<style:style style:name="ta2" style:family="table"><style:table-properties table:display="false"/></style:style>')
    yield "sheet-name", calc(sheet(MARK, *ROWS))
    yield "comment", calc(sheet("植树", *ROWS, row(f'<table:table-cell office:value-type="string"><office:annotation>{p(MARK)}</office:annotation>{p("看批注")}</table:table-cell>')))
    yield "header", calc(sheet("植树", *ROWS), header=f"<style:header>{p(MARK)}</style:header>")
    yield "name", calc(sheet("植树", *ROWS), after='<table:named-expressions><table:named-expression table:name="密级" table:base-cell-address="$植树.$A$1" '
                       f'table:expression="of:=&quot;{MARK}&quot;"/></table:named-expressions>')
    yield "formula", calc(sheet("植树", *ROWS, row(f'<table:table-cell table:formula="of:=IF([.A1]=&quot;无&quot;;&quot;{MARK}&quot;;&quot;公开&quot;)" office:value-type="string" office:string-value="公开">{p("公开")}</table:table-cell>')))
    yield "validation", calc(sheet("植树", *ROWS), before='<table:content-validations><table:content-validation table:name="v1" table:condition="of:cell-content-is-decimal-number()">'
                             f'<table:help-message table:display="true" table:title="说明">{p(MARK)}</table:help-message></table:content-validation></table:content-validations>').replace(
                                 '<table:table-cell office:value-type="string"><text:p>二十', '<table:table-cell table:content-validation-name="v1" office:value-type="string"><text:p>二十')
    yield "text-box", calc(sheet("植树", *ROWS, inside=f'<table:shapes><draw:custom-shape svg:x="8cm" svg:y="1cm" svg:width="4cm" svg:height="2cm">{p(MARK)}<draw:enhanced-geometry draw:type="rectangle"/></draw:custom-shape></table:shapes>'))
    yield "title", calc(sheet("植树", *ROWS), meta=f"<dc:title>{MARK}</dc:title>")


def box(text, **attributes):
    extra = "".join(f' {name.replace("_", ":")}="{value}"' for name, value in attributes.items())
    return f'<draw:frame{extra} svg:x="2cm" svg:y="2cm" svg:width="16cm" svg:height="3cm"><draw:text-box>{p(text)}</draw:text-box></draw:frame>'


def impress(first, *, notes=""):
    page = '<draw:page draw:name="{}" draw:master-page-name="Default">{}</draw:page>'
    pages = page.format("一", first + notes) + page.format("二", box("植树要领"))
    return document("presentation", f"<office:presentation>{pages}</office:presentation>", master=master_page(name="Default"))


def slides():
    yield "clean", impress(box("秋季植树"))
    yield "notes", impress(box("秋季植树"), notes=f'<presentation:notes><draw:page-thumbnail draw:page-number="1" presentation:class="page"/>{box(MARK, presentation_class="notes")}</presentation:notes>')


JOBS = [("doc", "doc", "fodt", texts), ("xls", "xls", "fods", sheets), ("ppt", "ppt", "fodp", slides)]


def main():
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for extension, target, flat, make in JOBS:
            sources = []
            for name, xml in make():
                source = folder / f"{extension}-{name}.{flat}"
                source.write_text(xml, encoding="utf-8")
                sources.append(source)
            subprocess.run(["soffice", "--headless", "--convert-to", target, "--outdir", SAMPLES, *sources], check=True)


if __name__ == "__main__":
    main()
