//! One Word document for each place in which a mark can hide.

use super::package::{Docx, letter_body, p, root};

const MARK: &str = "机密★10年";

pub(crate) fn files() -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    let mut add = |name: &str, docx: Docx| files.push((format!("docx/{name}"), docx.build()));

    add("clean-letter.docx", Docx::letter());
    add("body-mark.docx", Docx::new(&format!("{}{}{}", p("000001"), p(MARK), letter_body())));
    add("split-over-runs.docx", Docx::new(&format!("{}{}", split_runs(), letter_body())));
    add("table-cells.docx", Docx::new(&format!("{}{}", table(), letter_body())));
    add(
        "vertical-cell.docx",
        Docx::new(&format!("{}{}", MARK.chars().map(|c| p(&c.to_string())).collect::<String>(), letter_body())),
    );
    for (name, part, element) in
        [("header.docx", "word/header1.xml", "hdr"), ("footer.docx", "word/footer1.xml", "ftr")]
    {
        add(name, Docx::letter().part(part, &root(element, &p(MARK))));
    }
    for (name, part, element, note) in [
        ("footnote.docx", "word/footnotes.xml", "footnotes", "footnote"),
        ("endnote.docx", "word/endnotes.xml", "endnotes", "endnote"),
        ("comment.docx", "word/comments.xml", "comments", "comment"),
    ] {
        let inner = format!("<w:{note} w:id=\"1\" w:author=\"星河镇\">{}</w:{note}>", p(MARK));
        add(name, Docx::letter().part(part, &root(element, &inner)));
    }
    add("text-box.docx", Docx::new(&format!("<w:p><w:r>{}</w:r></w:p>{}", text_box(), letter_body())));
    add("vml-watermark.docx", Docx::letter().part("word/header1.xml", &root("hdr", &vml_watermark())));
    add("drawingml-wordart.docx", Docx::letter().part("word/header1.xml", &root("hdr", &drawingml_wordart())));
    for (name, body) in [
        ("tracked-deletion.docx", format!("<w:p><w:del w:id=\"1\" w:author=\"星河镇\"><w:r><w:delText>{MARK}</w:delText></w:r></w:del></w:p>")),
        ("before-the-edit.docx", "<w:p><w:r><w:t>机</w:t></w:r><w:del w:id=\"1\"><w:r><w:delText>密★10年</w:delText></w:r></w:del><w:ins w:id=\"2\"><w:r><w:t>场航班时刻</w:t></w:r></w:ins></w:p>".into()),
        ("moved-away.docx", format!("<w:p><w:moveFrom w:id=\"1\"><w:r><w:t>{MARK}</w:t></w:r></w:moveFrom></w:p>")),
        ("hidden-text.docx", format!("<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>{MARK}</w:t></w:r></w:p>")),
        ("field-code.docx", field()),
        ("content-control.docx", format!("<w:sdt><w:sdtPr><w:alias w:val=\"密级\"/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>", p(MARK))),
        ("drop-down-item.docx", format!("<w:sdt><w:sdtPr><w:dropDownList><w:listItem w:displayText=\"{MARK}\" w:value=\"a\"/></w:dropDownList></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>", p("请选择"))),
        ("alt-text.docx", format!("<w:p><w:r><w:drawing><wp:inline><wp:docPr id=\"1\" name=\"图1\" descr=\"{MARK}\"/></wp:inline></w:drawing></w:r></w:p>")),
        ("ruby.docx", ruby()),
        ("symbols.docx", symbols()),
        ("math.docx", "<w:p><m:oMath><m:r><m:t>机密</m:t></m:r><m:r><m:t>★10年</m:t></m:r></m:oMath></w:p>".into()),
        ("bookmark-name.docx", format!("<w:p><w:bookmarkStart w:id=\"1\" w:name=\"{MARK}\"/><w:bookmarkEnd w:id=\"1\"/></w:p>")),
    ] {
        add(name, Docx::new(&format!("{body}{}", letter_body())));
    }
    for (name, part, xml) in parts() {
        add(name, Docx::letter().part(part, &xml));
    }
    add("custom-label.docx", Docx::letter().part("docProps/custom.xml", &custom_label()));
    add("strict-namespace.docx", Docx::new("").part("word/document.xml", &strict()));
    add("utf16-xml.docx", Docx::letter().bytes("word/header1.xml", utf16(&root("hdr", &p(MARK)))));
    add("gbk-xml.docx", Docx::letter().bytes("word/header1.xml", gbk(&root("hdr", &p(MARK)))));
    add("entities.docx", Docx::new(&p("&#26426;&#x5BC6;&#9733;10年")));
    add("cdata.docx", Docx::new(&p("<![CDATA[机密]]>★10年")));
    add("embedded-document.docx", Docx::letter().bytes("word/embeddings/plan.docx", Docx::new(&p(MARK)).build()));
    add(
        "html-chunk.docx",
        Docx::letter().bytes(
            "word/afchunk.htm",
            "<html><head><meta charset=\"utf-8\"></head><body><p>机<b>密</b>★10年</p></body></html>"
                .as_bytes()
                .to_vec(),
        ),
    );
    add(
        "rtf-chunk.docx",
        Docx::letter().bytes(
            "word/afchunk.rtf",
            b"{\\rtf1\\ansi\\ansicpg936 \\'bb\\'fa\\'c3\\'dc\\'a1\\'ef10\\'c4\\'ea\\par}".to_vec(),
        ),
    );
    add("picture.docx", Docx::letter().bytes("word/media/image1.png", super::cases::picture()));
    add("macro-enabled.docm", Docx::letter().part("word/header1.xml", &root("hdr", &p(MARK))));
    files
}

fn split_runs() -> String {
    "<w:p><w:r><w:t>机</w:t></w:r><w:proofErr w:type=\"spellStart\"/><w:r><w:rPr><w:b/></w:rPr><w:t>密★</w:t></w:r>\
     <w:bookmarkStart w:id=\"0\" w:name=\"b\"/><w:r><w:t>10年</w:t></w:r></w:p>"
        .into()
}

fn table() -> String {
    format!(
        "<w:tbl><w:tr><w:tc>{}</w:tc><w:tc>{}</w:tc></w:tr><w:tr><w:tc>{}</w:tc><w:tc>{}</w:tc></w:tr></w:tbl>",
        p("密级"),
        p("秘密★5年"),
        p("份号"),
        p("000001")
    )
}

fn text_box() -> String {
    let content = format!("<w:txbxContent>{}</w:txbxContent>", p(MARK));
    format!(
        "<mc:AlternateContent><mc:Choice Requires=\"wps\"><w:drawing><wps:wsp><wps:txbx>{content}</wps:txbx></wps:wsp>\
         </w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox>{content}</v:textbox></v:shape></w:pict>\
         </mc:Fallback></mc:AlternateContent>"
    )
}

fn vml_watermark() -> String {
    "<w:p><w:r><w:pict><v:shape id=\"PowerPlusWaterMarkObject1\"><v:textpath style=\"font-family:黑体\" \
     string=\"绝密\"/></v:shape></w:pict></w:r></w:p>"
        .into()
}

fn drawingml_wordart() -> String {
    "<w:p><w:r><w:drawing><wps:wsp><wps:bodyPr><a:prstTxWarp prst=\"textPlain\"/></wps:bodyPr><wps:txbx>\
     <w:txbxContent><w:p><w:r><w:t>绝密</w:t></w:r></w:p></w:txbxContent></wps:txbx></wps:wsp></w:drawing></w:r></w:p>"
        .into()
}

fn field() -> String {
    "<w:p><w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText> QUOTE \"机密</w:instrText></w:r>\
     <w:r><w:instrText>★10年\" </w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r></w:p>"
        .into()
}

fn ruby() -> String {
    let base = |c: &str| {
        format!(
            "<w:r><w:ruby><w:rt><w:r><w:t>mi</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>{c}</w:t></w:r></w:rubyBase></w:ruby></w:r>"
        )
    };
    format!("<w:p>{}{}<w:r><w:t>★10年</w:t></w:r></w:p>", base("机"), base("密"))
}

fn symbols() -> String {
    let symbol = |code: &str| format!("<w:r><w:sym w:font=\"黑体\" w:char=\"{code}\"/></w:r>");
    format!("<w:p>{}{}{}<w:r><w:t>10年</w:t></w:r></w:p>", symbol("673A"), symbol("5BC6"), symbol("2605"))
}

/// Parts that hold one mark each, with the file that shows them.
fn parts() -> Vec<(&'static str, &'static str, String)> {
    let head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    vec![
        (
            "smartart.docx",
            "word/diagrams/data1.xml",
            format!(
                "{head}<dgm:dataModel xmlns:dgm=\"http://schemas.openxmlformats.org/drawingml/2006/diagram\" xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\"><dgm:ptLst><dgm:pt><dgm:t><a:p><a:r><a:t>{MARK}</a:t></a:r></a:p></dgm:t></dgm:pt></dgm:ptLst></dgm:dataModel>"
            ),
        ),
        (
            "chart-title.docx",
            "word/charts/chart1.xml",
            format!(
                "{head}<c:chartSpace xmlns:c=\"http://schemas.openxmlformats.org/drawingml/2006/chart\" xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\"><c:chart><c:title><c:tx><c:rich><a:p><a:r><a:t>{MARK}</a:t></a:r></a:p></c:rich></c:tx></c:title></c:chart></c:chartSpace>"
            ),
        ),
        (
            "glossary.docx",
            "word/glossary/document.xml",
            root(
                "glossaryDocument",
                &format!("<w:docParts><w:docPart><w:docPartBody>{}</w:docPartBody></w:docPart></w:docParts>", p(MARK)),
            ),
        ),
        (
            "style-name.docx",
            "word/styles.xml",
            root(
                "styles",
                &format!("<w:style w:type=\"paragraph\" w:styleId=\"a1\"><w:name w:val=\"{MARK}\"/></w:style>"),
            ),
        ),
        (
            "core-property.docx",
            "docProps/core.xml",
            format!(
                "{head}<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title>植树通知</dc:title><cp:category>{MARK}</cp:category></cp:coreProperties>"
            ),
        ),
        (
            "app-property.docx",
            "docProps/app.xml",
            format!(
                "{head}<Properties xmlns=\"http://schemas.openxmlformats.org/officeDocument/2006/extended-properties\"><Company>{MARK}</Company></Properties>"
            ),
        ),
        (
            "custom-xml.docx",
            "customXml/item1.xml",
            format!("{head}<record level=\"{MARK}\"><unit>星河镇</unit></record>"),
        ),
        (
            "label-info.docx",
            "docMetadata/LabelInfo.xml",
            format!(
                "{head}<clbl:labelList xmlns:clbl=\"http://schemas.microsoft.com/office/2020/mipLabelMetadata\"><clbl:label id=\"{{11111111-2222-3333-4444-555555555555}}\" enabled=\"1\" method=\"Privileged\" siteId=\"{{66666666-7777-8888-9999-000000000000}}\" contentBits=\"1\" removed=\"0\"/></clbl:labelList>"
            ),
        ),
    ]
}

fn custom_label() -> String {
    let property = |id: u32, name: &str, value: &str| {
        format!(
            "<property fmtid=\"{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}\" pid=\"{id}\" \
             name=\"MSIP_Label_11111111-2222-3333-4444-555555555555_{name}\"><vt:lpwstr>{value}</vt:lpwstr></property>"
        )
    };
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Properties \
         xmlns=\"http://schemas.openxmlformats.org/officeDocument/2006/custom-properties\" \
         xmlns:vt=\"http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes\">{}{}</Properties>",
        property(2, "Enabled", "true"),
        property(3, "Name", "Confidential")
    )
}

fn strict() -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<w:document xmlns:w=\"http://purl.oclc.org/ooxml/wordprocessingml/main\">\
         <w:body>{}</w:body></w:document>",
        p(MARK)
    )
}

fn utf16(xml: &str) -> Vec<u8> {
    let xml = xml.replace("UTF-8", "UTF-16");
    let mut bytes = vec![0xFF, 0xFE];
    bytes.extend(xml.encode_utf16().flat_map(u16::to_le_bytes));
    bytes
}

fn gbk(xml: &str) -> Vec<u8> {
    encoding_rs::GBK.encode(&xml.replace("UTF-8", "GBK")).0.into_owned()
}
