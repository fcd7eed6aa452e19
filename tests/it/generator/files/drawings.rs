//! Drawings of Visio: a mark in a shape, on a page nobody sees, in a master.

use super::hostile::encrypted_office;
use super::package::{named, zip};

const MARK: &str = "机密★10年";

pub(crate) fn files() -> Vec<(String, Vec<u8>)> {
    let clean = drawing("<Text>植树路线</Text>", "苗圃", "<Text>树</Text>");
    let split = "<Text><cp IX=\"0\"/>机密<cp IX=\"1\"/>★10年</Text>";
    [
        ("clean", clean.clone()),
        ("shape", drawing(split, "苗圃", "<Text>树</Text>")),
        ("page-name", drawing("<Text>植树路线</Text>", MARK, "<Text>树</Text>")),
        ("master", drawing("<Text>植树路线</Text>", "苗圃", &format!("<Text>{MARK}</Text>"))),
        ("truncated", clean[..clean.len() * 2 / 3].to_vec()),
        ("encrypted", encrypted_office()),
    ]
    .map(|(name, bytes)| (format!("vsdx/{name}.vsdx"), bytes))
    .to_vec()
}

/// A drawing with one page of one shape and one master ([MS-VSDX] 2.2).
fn drawing(text: &str, page: &str, master: &str) -> Vec<u8> {
    const VISIO: &str = "http://schemas.microsoft.com/office/visio/2012/main";
    let xml = |root: &str, inner: &str| {
        format!("<?xml version=\"1.0\" encoding=\"utf-8\"?><{root} xmlns=\"{VISIO}\">{inner}</{root}>")
    };
    let shape = |inner: &str| format!("<Shapes><Shape ID=\"1\" Type=\"Shape\">{inner}</Shape></Shapes>");
    zip(&named(vec![
        (
            "[Content_Types].xml",
            "<?xml version=\"1.0\"?><Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Override PartName=\"/visio/document.xml\" ContentType=\"application/vnd.ms-visio.drawing.main+xml\"/></Types>".to_string(),
        ),
        ("visio/document.xml", xml("VisioDocument", "")),
        ("visio/pages/pages.xml", xml("Pages", &format!("<Page ID=\"0\" Name=\"{page}\"/>"))),
        ("visio/pages/page1.xml", xml("PageContents", &shape(text))),
        ("visio/masters/master1.xml", xml("MasterContents", &shape(master))),
    ]))
}
