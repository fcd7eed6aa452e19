//! The walk over one page: what is text, what breaks a line, what stands aside (attributes,
//! comments, ruby, scripts and styles), and the pages inside a page.

use super::address::{embedded, spelled_out};
use super::references::unescape;
use super::tag::{attributes, name, tag};
use crate::extract::driver::{Context, Story};
use crate::extract::support::literals::{Escapes, literals};
use crate::model::{Part, PartKind, Unit};

/// Elements that do not break a line.
const INLINE: [&str; 34] = [
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins",
    "kbd", "label", "mark", "q", "ruby", "rb", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "tt",
    "u", "var", "wbr",
];

/// Pages inside pages (`srcdoc`, markup in comments) that are opened.
const DEPTH: u32 = 4;

/// Reads one page of decoded HTML.
pub(in crate::extract) fn page(html: &str, cx: &mut Context<'_>) {
    let mut walk = Walk::new(0);
    walk.run(html, cx);
    walk.finish(cx);
}

struct Walk {
    body: Story,
    ruby: Story,
    markup: Story,
    comments: Story,
    in_ruby: bool,
    depth: u32,
}

impl Walk {
    fn new(depth: u32) -> Self {
        Walk {
            body: Story::new(Part::only(PartKind::Body), Unit::Line),
            ruby: Story::new(Part::only(PartKind::Ruby), Unit::None),
            markup: Story::new(Part::only(PartKind::Markup), Unit::None),
            comments: Story::new(Part::only(PartKind::Comment), Unit::None),
            in_ruby: false,
            depth,
        }
    }

    fn run(&mut self, html: &str, cx: &mut Context<'_>) {
        let mut rest = html;
        while !rest.is_empty() {
            let (text, after) = rest.split_at(rest.find('<').unwrap_or(rest.len()));
            self.text(&unescape(text), cx);
            rest = after;
            if rest.is_empty() || cx.budget().check().is_err() {
                break;
            }
            if let Some(inner) = rest.strip_prefix("<!--") {
                let (comment, after) = inner.split_once("-->").unwrap_or((inner, ""));
                self.comment(comment, cx);
                rest = after;
                continue;
            }
            if let Some(inner) = rest.strip_prefix("<![CDATA[") {
                let (data, after) = inner.split_once("]]>").unwrap_or((inner, ""));
                self.text(data, cx);
                rest = after;
                continue;
            }
            let (tag, after) = tag(rest);
            let name = name(tag);
            rest = match name.as_str() {
                "script" | "style" => self.program(&name, after, cx),
                _ => after,
            };
            self.attributes(tag, cx);
            self.element(&name, cx);
        }
    }

    fn finish(self, cx: &mut Context<'_>) {
        for story in [self.body, self.ruby, self.markup, self.comments] {
            story.finish(cx);
        }
    }

    fn text(&mut self, text: &str, cx: &mut Context<'_>) {
        let story = if self.in_ruby { &mut self.ruby } else { &mut self.body };
        story.push(&collapsed(text), cx);
    }

    /// What an element's begin or end does to the text around it.
    fn element(&mut self, name: &str, cx: &mut Context<'_>) {
        let closes = name.starts_with('/');
        match name.trim_start_matches('/') {
            // The reading aid stands above the line, not in it.
            "rt" | "rp" | "rtc" => {
                self.ruby.push("\n", cx);
                self.in_ruby = !closes;
            }
            "rb" | "ruby" => self.in_ruby = false,
            "td" | "th" if closes => self.body.push("\t", cx),
            inline if INLINE.contains(&inline) => {}
            _ => {
                self.in_ruby = false;
                self.body.push("\n", cx);
            }
        }
    }

    /// A comment; the markup in it is what it would be if it were let out.
    fn comment(&mut self, comment: &str, cx: &mut Context<'_>) {
        line(&mut self.comments, &unescape(comment), cx);
        if let Some(at) = comment.find('<')
            && self.depth < DEPTH
        {
            let from = comment[..at].rfind("]>").map_or(0, |end| end + 2);
            self.inner(&comment[from..], PartKind::Comment, cx);
        }
    }

    /// A page inside this one.
    fn inner(&mut self, html: &str, kind: PartKind, cx: &mut Context<'_>) {
        let mut inner = Walk::new(self.depth + 1);
        inner.body = Story::new(Part::only(kind), Unit::Line);
        inner.run(html, cx);
        inner.finish(cx);
    }

    /// A script or a style: its text, and what its literals say. Returns what follows it.
    fn program<'t>(&mut self, name: &str, rest: &'t str, cx: &mut Context<'_>) -> &'t str {
        let lower = rest.to_ascii_lowercase();
        let end = lower.find(if name == "script" { "</script" } else { "</style" }).unwrap_or(rest.len());
        let source = &rest[..end];
        cx.as_source(|cx| {
            let mut story = Story::new(Part::labelled(PartKind::Markup, name), Unit::None);
            story.push(source, cx);
            story.push("\n", cx);
            if name == "script" {
                literals(source, Escapes::Script, |literal| line(&mut story, literal, cx));
            }
            story.finish(cx);
        });
        if name == "style" {
            // What a style puts before or after an element is shown to the reader.
            let markup = &mut self.markup;
            literals(source, Escapes::Style, |literal| line(markup, literal, cx));
        }
        &rest[end..]
    }

    fn attributes(&mut self, tag: &str, cx: &mut Context<'_>) {
        for (key, value) in attributes(tag) {
            match key.as_str() {
                "alt" | "title" | "aria-label" | "summary" => cx.short(Part::only(PartKind::AltText), &value),
                "src" | "href" | "data" if value.trim_start().starts_with("data:") => embedded(&value, cx),
                "srcdoc" if self.depth < DEPTH => self.inner(&value, PartKind::Body, cx),
                "class" | "style" | "id" | "rel" | "type" | "width" | "height" if value.is_ascii() => {}
                _ => {
                    line(&mut self.markup, &value, cx);
                    if let Some(words) = spelled_out(&value) {
                        line(&mut self.markup, &words, cx);
                    }
                }
            }
        }
    }
}

fn line(story: &mut Story, text: &str, cx: &mut Context<'_>) {
    if !text.trim().is_empty() {
        story.push(text, cx);
        story.push("\n", cx);
    }
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
