//! The walk over one page: what is text, what breaks a line, what stands aside (attributes,
//! comments, ruby, scripts and styles), and the pages inside a page.

use html5gum::State;

use super::address::spelled_out;
use super::display::{Display, Styles, is_void};
use super::tokens::{Tag, Token, Turn, tokens, unescape};
use crate::extract::driver::{Context, TextStream};
use crate::extract::support::encoded;
use crate::extract::support::label::Line;
use crate::extract::support::literals::{Escapes, literals};
use crate::extract::support::symbols::shown;
use crate::model::{Part, PartKind, Unit};

/// Pages inside pages (`srcdoc`, markup in comments) that are opened.
const DEPTH: u32 = 4;
/// Elements inside elements that are kept in mind.
const OPEN: usize = 512;
/// Characters of a picture's other text that stands for a character in the line.
const CHARACTER: usize = 2;
/// Attributes that say something by being there (HTML Standard, "Indices", and what was before it).
const BOOLEAN: [&str; 46] = [
    "allowfullscreen",
    "async",
    "autofocus",
    "autoplay",
    "checked",
    "compact",
    "controls",
    "declare",
    "default",
    "defer",
    "disabled",
    "download",
    "formnovalidate",
    "hidden",
    "inert",
    "ismap",
    "itemscope",
    "loop",
    "multiple",
    "muted",
    "nohref",
    "nomodule",
    "noresize",
    "noshade",
    "novalidate",
    "nowrap",
    "open",
    "playsinline",
    "readonly",
    "required",
    "reversed",
    "seamless",
    "selected",
    "sortable",
    "truespeed",
    "contenteditable",
    "crossorigin",
    "alt",
    "value",
    "class",
    "title",
    "style",
    "id",
    "href",
    "src",
    "name",
];

/// Reads one page of decoded HTML.
pub(super) fn page(html: &str, cx: &mut Context<'_>) {
    let mut walk = ElementWalk::new(PartKind::Body, 0);
    walk.run(html, cx);
    walk.finish(cx);
}

struct ElementWalk {
    body: TextStream,
    ruby: TextStream,
    markup: TextStream,
    comments: TextStream,
    in_ruby: bool,
    /// The present line of the body.
    line: Line,
    /// Elements that are open around the label under way.
    around_label: usize,
    /// The element whose text holds no markup.
    raw: Option<String>,
    open: Vec<Open>,
    styles: Styles,
    /// How far down the present line of a drawing stands.
    baseline: String,
    depth: u32,
}

/// An element that was not ended yet.
struct Open {
    name: String,
    display: Display,
}

impl ElementWalk {
    fn new(kind: PartKind, depth: u32) -> Self {
        ElementWalk {
            body: TextStream::new(Part::only(kind), Unit::Line),
            ruby: TextStream::new(Part::only(PartKind::Ruby), Unit::None),
            markup: TextStream::new(Part::only(PartKind::Markup), Unit::None),
            comments: TextStream::new(Part::only(PartKind::Comment), Unit::None),
            in_ruby: false,
            line: Line::default(),
            around_label: 0,
            raw: None,
            open: Vec::new(),
            styles: Styles::default(),
            baseline: String::new(),
            depth,
        }
    }

    fn run(&mut self, html: &str, cx: &mut Context<'_>) {
        tokens(html, |token| {
            if cx.budget().tick().is_err() {
                return Turn::Stop;
            }
            match token {
                Token::Text(text) => self.any_text(text, cx),
                Token::Start(tag) => return self.start(tag, cx),
                Token::End(tag) => self.end(tag, cx),
                Token::Comment(comment) => self.comment(comment, cx),
                Token::Doctype(name) => add_line(&mut self.markup, name, cx),
                Token::Unfinished(rest) => add_line(&mut self.markup, &unescape(rest), cx),
            }
            Turn::Go
        });
    }

    fn finish(mut self, cx: &mut Context<'_>) {
        let mut out = String::new();
        self.line.finish(&mut out);
        self.body.push(&out, cx);
        for story in [self.body, self.ruby, self.markup, self.comments] {
            story.finish(cx);
        }
    }

    fn display(&self) -> Display {
        self.open.last().map_or(Display::PAGE, |open| open.display)
    }

    fn any_text(&mut self, text: &str, cx: &mut Context<'_>) {
        encoded::files(text.as_bytes(), cx);
        match self.raw.as_deref() {
            Some("script" | "style") => {
                let name = self.raw.clone().unwrap_or_default();
                self.program(&name, text, cx);
            }
            Some("iframe" | "noembed" | "noframes") if self.depth < DEPTH => self.inner(text, PartKind::Body, cx),
            _ => self.text(text, cx),
        }
    }

    fn text(&mut self, text: &str, cx: &mut Context<'_>) {
        let Display { keeps_lines, symbols, .. } = self.display();
        let text = if keeps_lines { lines(text) } else { collapsed(text) };
        let text = shown(&text, symbols);
        if self.in_ruby {
            self.ruby.push(&text, cx);
        } else {
            self.push(&text, cx);
        }
    }

    /// Adds text to the body.
    fn push(&mut self, text: &str, cx: &mut Context<'_>) {
        let mut out = String::new();
        self.line.take(text, &mut out);
        self.body.push(&out, cx);
    }

    /// The text under way may be a label.
    fn may_be_label(&mut self, is_told: bool) {
        if self.line.label().is_none() && !self.in_ruby {
            self.line.begin_label(is_told);
            self.around_label = self.open.len();
        }
    }

    fn end_label(&mut self, cx: &mut Context<'_>) {
        let mut out = String::new();
        self.line.end_label(&mut out);
        self.body.push(&out, cx);
    }

    fn start(&mut self, tag: &Tag, cx: &mut Context<'_>) -> Turn {
        self.attributes(tag, cx);
        let display = self.styles.display(tag, self.display());
        if display.is_block {
            self.border(&tag.name, cx);
        }
        match tag.name.as_str() {
            // The reading aid stands above the line, not in it.
            "rt" | "rp" | "rtc" => {
                self.ruby.push("\n", cx);
                self.in_ruby = true;
            }
            "rb" | "ruby" => self.in_ruby = false,
            // A star drawn as a picture, say: it stands for the character it is called by.
            "img" => match tag.value("alt").filter(|alt| alt.chars().count() <= CHARACTER && !alt.is_empty()) {
                Some(character) => self.text(character, cx),
                None => self.border("img", cx),
            },
            "text" => self.baseline = first_number(tag.value("y")),
            // A line of a text in a drawing (SVG 1.1, 10.5).
            "tspan" if tag.value("y").is_some_and(|y| first_number(Some(y)) != self.baseline) => {
                self.baseline = first_number(tag.value("y"));
                self.border("tspan", cx);
            }
            "sup" | "a" => self.may_be_label(false),
            "span" if is_label_class(tag.value("class").unwrap_or_default()) => self.may_be_label(false),
            _ => {}
        }
        if is_void(&tag.name) {
            return Turn::Go;
        }
        let is_foreign = self.open.iter().any(|open| matches!(open.name.as_str(), "svg" | "math"));
        let state = match tag.name.as_str() {
            // Where XML is written there is nothing inside.
            _ if tag.is_closed => None,
            "script" => Some(State::ScriptData),
            "style" | "iframe" | "noembed" | "noframes" | "xmp" => Some(State::RawText),
            "title" | "textarea" if !is_foreign => Some(State::RcData),
            "plaintext" => Some(State::PlainText),
            _ => None,
        };
        if self.open.len() < OPEN && !(tag.is_closed && is_foreign) {
            self.open.push(Open { name: tag.name.clone(), display });
        }
        let Some(state) = state else { return Turn::Go };
        self.raw = Some(tag.name.clone());
        Turn::Switch(state)
    }

    fn end(&mut self, tag: &Tag, cx: &mut Context<'_>) {
        self.attributes(tag, cx);
        self.raw = None;
        let name = tag.name.as_str();
        let at = self.open.iter().rposition(|open| open.name == name);
        if self.line.label() == Some(false) && at.is_some_and(|at| at <= self.around_label) {
            self.end_label(cx);
        }
        let display = match at {
            Some(at) => self.open.drain(at..).next().map(|open| open.display),
            None => Some(self.styles.display(tag, self.display())),
        };
        match name {
            "rt" | "rp" | "rtc" => {
                self.ruby.push("\n", cx);
                self.in_ruby = false;
            }
            "rb" | "ruby" => self.in_ruby = false,
            "td" | "th" => self.push("\t", cx),
            _ if display.is_some_and(|display| display.is_block) => self.border(name, cx),
            _ => {}
        }
    }

    /// A line begins or ends.
    fn border(&mut self, name: &str, cx: &mut Context<'_>) {
        self.in_ruby = false;
        // A label that a program tells of may be set in a block.
        if self.line.label() == Some(true) && self.line.is_label_blank() && name != "br" {
            return;
        }
        self.end_label(cx);
        self.push("\n", cx);
    }

    /// A comment; the markup in it is what it would be if it were let out.
    fn comment(&mut self, comment: &str, cx: &mut Context<'_>) {
        if let Some(data) = comment.strip_prefix("[CDATA[") {
            // Text where XML is written; here it ends at the first `>`.
            let (data, end) = data.strip_suffix("]]").map_or((data, ">"), |data| (data, ""));
            self.text(data, cx);
            self.text(end, cx);
            return;
        }
        // The label of an item, for programs that do not count.
        match comment.trim() {
            "[if !supportLists]" => self.may_be_label(true),
            "[endif]" => self.end_label(cx),
            _ => {}
        }
        add_line(&mut self.comments, &unescape(comment), cx);
        if let Some(at) = comment.find('<')
            && self.depth < DEPTH
        {
            let from = comment[..at].rfind("]>").map_or(0, |end| end + 2);
            self.inner(&comment[from..], PartKind::Comment, cx);
        }
    }

    /// A page inside this one.
    fn inner(&mut self, html: &str, kind: PartKind, cx: &mut Context<'_>) {
        let mut inner = ElementWalk::new(kind, self.depth + 1);
        inner.run(html, cx);
        inner.finish(cx);
    }

    /// A script or a style: its text, and what its literals say.
    fn program(&mut self, name: &str, source: &str, cx: &mut Context<'_>) {
        cx.as_source(|cx| {
            let mut story = TextStream::new(Part::labelled(PartKind::Markup, name), Unit::None);
            story.push(source, cx);
            story.push("\n", cx);
            if name == "script" {
                let depth = self.depth;
                literals(source, Escapes::Script, |literal| {
                    add_line(&mut story, literal, cx);
                    // A program may write a page.
                    if depth < DEPTH && literal.contains("</") {
                        let mut inner = ElementWalk::new(PartKind::Markup, depth + 1);
                        inner.run(literal, cx);
                        inner.finish(cx);
                    }
                });
            }
            story.finish(cx);
        });
        if name == "style" {
            self.styles.learn(source);
            // What a style puts before or after an element is shown to the reader.
            let markup = &mut self.markup;
            literals(source, Escapes::Style, |literal| add_line(markup, literal, cx));
        }
    }

    fn attributes(&mut self, tag: &Tag, cx: &mut Context<'_>) {
        for (key, value) in &tag.attributes {
            match key.as_str() {
                "alt" | "title" | "aria-label" | "summary" => cx.short(Part::only(PartKind::AltText), value),
                "src" | "href" | "data" | "poster" | "xlink:href" if value.trim_start().starts_with("data:") => {
                    encoded::address(value.trim_start(), cx);
                }
                "srcdoc" if self.depth < DEPTH => self.inner(value, PartKind::Body, cx),
                "style" if value.contains("data:") => encoded::files(value.as_bytes(), cx),
                "class" | "style" | "id" | "rel" | "type" | "width" | "height" if value.is_ascii() => {}
                _ => {
                    encoded::value(value, cx);
                    add_line(&mut self.markup, value, cx);
                    if let Some(words) = spelled_out(value) {
                        add_line(&mut self.markup, &words, cx);
                    }
                }
            }
        }
        // Words that stand where attributes do, as behind `a<b`, keep their letters and lines.
        let is_word = |(key, value): &(String, String)| value.is_empty() && !BOOLEAN.contains(&key.as_str());
        if tag.attributes.iter().any(is_word) {
            add_line(&mut self.markup, &tag.source, cx);
        }
    }
}

/// The first of the numbers of an attribute.
fn first_number(numbers: Option<&str>) -> String {
    numbers.unwrap_or_default().split([' ', ',']).find(|number| !number.is_empty()).unwrap_or_default().to_string()
}

/// The class of an element that numbers notes or items, as office programs name it.
fn is_label_class(class: &str) -> bool {
    let class = class.to_ascii_lowercase();
    ["foot", "endnote", "number", "label", "marker", "bullet"].iter().any(|word| class.contains(word))
}

fn add_line(story: &mut TextStream, text: &str, cx: &mut Context<'_>) {
    if !text.trim().is_empty() {
        story.push(text, cx);
        story.push("\n", cx);
    }
}

/// Line ends stay, written in one way.
fn lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// Runs of white space become one blank, as a browser shows them.
fn collapsed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            ' ' | '\t' | '\n' | '\r' | '\u{c}' if out.ends_with(' ') => {}
            ' ' | '\t' | '\n' | '\r' | '\u{c}' => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
