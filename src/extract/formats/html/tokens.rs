//! The tokens of a page, by the rules every browser follows (HTML Standard, 13.2.5): a `<` that opens
//! nothing is text, every named reference is known, odd comments end where they end on the screen.

use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Span, State, Tokenizer};

/// One token. Names are in lower case.
pub(super) enum Token<'t> {
    /// Text between tags, or of an element that holds no markup; references are resolved.
    Text(&'t str),
    /// A tag that begins an element.
    Start(&'t Tag),
    /// A tag that ends one; its attributes are no one's.
    End(&'t Tag),
    /// A comment, and whatever else a browser takes for one.
    Comment(&'t str),
    /// The name and the identifiers of a document type.
    Doctype(&'t str),
    /// A tag that nothing ends, as it is written.
    Unfinished(&'t str),
}

/// A tag with its attributes.
#[derive(Debug, Default)]
pub(super) struct Tag {
    pub(super) name: String,
    pub(super) attributes: Vec<(String, String)>,
    /// As `<br/>` is written.
    pub(super) is_closed: bool,
    /// The tag as it is written, without its brackets.
    pub(super) source: String,
}

impl Tag {
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// What follows a token.
pub(super) enum Turn {
    /// What is ahead is read as usual.
    Go,
    /// What is ahead is text of this kind up to the end of the element.
    Switch(State),
    /// Nothing more is read.
    Stop,
}

/// Hands on the tokens of a page.
pub(super) fn tokens(html: &str, mut take: impl FnMut(Token<'_>) -> Turn) {
    let (mut tag, mut begins, mut read) = (Tag::default(), 0, 0);
    {
        let callback = |event: CallbackEvent<'_>, span: Span<usize>| -> Option<Turn> {
            let is_whole = !matches!(
                event,
                CallbackEvent::Error(_)
                    | CallbackEvent::OpenStartTag { .. }
                    | CallbackEvent::AttributeName { .. }
                    | CallbackEvent::AttributeValue { .. }
            );
            if is_whole {
                read = read.max(span.end);
            }
            let turn = match event {
                CallbackEvent::OpenStartTag { name } => {
                    begins = span.start;
                    tag = Tag { name: text(name), ..Tag::default() };
                    return None;
                }
                CallbackEvent::AttributeName { name } => {
                    tag.attributes.push((text(name), String::new()));
                    return None;
                }
                CallbackEvent::AttributeValue { value } => {
                    if let Some((_, last)) = tag.attributes.last_mut() {
                        *last = text(value);
                    }
                    return None;
                }
                CallbackEvent::CloseStartTag { self_closing } => {
                    tag.is_closed = self_closing;
                    tag.source = html.get(begins..span.end).unwrap_or_default().trim_matches(['<', '>']).to_string();
                    take(Token::Start(&std::mem::take(&mut tag)))
                }
                CallbackEvent::EndTag { name } => {
                    tag.name = text(name);
                    take(Token::End(&std::mem::take(&mut tag)))
                }
                CallbackEvent::String { value } => take(Token::Text(&String::from_utf8_lossy(value))),
                CallbackEvent::Comment { value } => take(Token::Comment(&String::from_utf8_lossy(value))),
                CallbackEvent::Doctype { name, public_identifier, system_identifier, .. } => {
                    let words = [Some(name), public_identifier, system_identifier];
                    let words: Vec<_> = words.into_iter().flatten().map(text).collect();
                    take(Token::Doctype(&words.join(" ")))
                }
                CallbackEvent::Error(_) => return None,
            };
            (!matches!(turn, Turn::Go)).then_some(turn)
        };
        let mut tokenizer = Tokenizer::new_with_emitter(html, CallbackEmitter::<_, Turn, usize>::new(callback));
        while let Some(Ok(turn)) = tokenizer.next() {
            match turn {
                Turn::Go => {}
                Turn::Switch(state) => tokenizer.set_state(state),
                Turn::Stop => return,
            }
        }
    }
    let rest = html.get(read..).unwrap_or_default();
    if rest.starts_with('<') && rest.len() > 1 {
        take(Token::Unfinished(&rest[1..]));
    }
}

/// Text with its character references resolved.
pub(super) fn unescape(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let callback = |event: CallbackEvent<'_>, _: Span<()>| -> Option<()> {
        if let CallbackEvent::String { value } = event {
            out.push_str(&String::from_utf8_lossy(value));
        }
        None
    };
    let mut tokenizer = Tokenizer::new_with_emitter(source, CallbackEmitter::new(callback));
    // Text without markup: nothing was opened that could end.
    tokenizer.set_state(State::RcData);
    for _ in tokenizer {}
    out
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn emitted(html: &str) -> Vec<String> {
        let mut told = Vec::new();
        tokens(html, |token| {
            told.push(match token {
                Token::Text(text) => text.to_string(),
                Token::Start(tag) => format!("<{} {:?}>", tag.name, tag.attributes),
                Token::End(tag) => format!("</{}>", tag.name),
                Token::Comment(comment) => format!("!{comment}!"),
                Token::Doctype(name) => format!("?{name}?"),
                Token::Unfinished(rest) => format!("<{rest}"),
            });
            Turn::Go
        });
        told
    }

    #[test]
    fn what_opens_nothing_is_text_and_every_reference_is_resolved() {
        assert_eq!(emitted("if a < b\n机密★10年\nend"), ["if a < b\n机密★10年\nend"]);
        assert_eq!(emitted("数量<三&hairsp;&Star;&colon;&#x5BC6"), ["数量<三\u{200a}⋆:密"]);
        assert_eq!(
            emitted("<!doctype html><!-->a<!-- b --!>c<?x?>d</ e>"),
            ["?html?", "!!", "a", "! b !", "c", "!?x?!", "d", "! e!"]
        );
    }

    #[test]
    fn attributes_keep_their_order_and_an_open_tag_is_told() {
        assert_eq!(emitted("<a B=c d>e</a>"), ["<a [(\"b\", \"c\"), (\"d\", \"\")]>", "e", "</a>"]);
        assert_eq!(emitted("a<b 机密★10年"), ["a", "<b 机密★10年"]);
        assert_eq!(unescape("<p>&amp;机&NoBreak;密</p>"), "<p>&机\u{2060}密</p>");
    }
}
