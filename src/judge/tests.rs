//! What the surroundings of a mark do, predicate by predicate, with the built-in packs. Expectations by hand.

use std::cell::LazyCell;
use std::sync::LazyLock;

use super::{Judge, Profiles, Setting, reach};
use crate::detect::Window;
use crate::model::{Channel, Day, Location, Part, PartKind, Policy, Segment, Severity, Unit};
use crate::normalize::Folded;
use crate::pack::{RuleSet, builtin};

static RULES: LazyLock<RuleSet> =
    LazyLock::new(|| RuleSet::new(&builtin().expect("the built-in packs")).expect("rules"));

/// Where a text stands.
#[derive(Clone, Copy)]
struct Place {
    part: PartKind,
    source_code: bool,
    channel: Channel,
}

const BODY: Place = Place { part: PartKind::Body, source_code: false, channel: Channel::Scan };

impl Place {
    /// The hardest verdict on a text that stands here.
    fn verdict(self, text: &str) -> Option<Severity> {
        let Place { part, source_code, channel } = self;
        let location = Location::item().with_part(Part::only(part));
        let segment = Segment { source_code, ..Segment::whole(&location, text, Unit::Line) };
        let rules = &*RULES;
        let (hits, folded) =
            Window { rules, segment: &segment, part, ocr: false, channel }.search(reach(rules), Folded::default());
        let today = LazyCell::new((|| "2026-11-28".parse().expect("a day")) as fn() -> Day);
        let (profiles, policy) = (&Profiles::default(), &Policy::default());
        let setting =
            Setting { rules, segment: &segment, folded: &folded, part, profiles, policy, channel, today: &today };
        let mut judge = Judge::new(rules, 100);
        judge.weigh_hits(hits, setting);
        judge.findings().into_iter().map(|finding| finding.verdict).max()
    }
}

fn check(place: Place, cases: &[(&str, Option<Severity>)]) {
    for (text, wanted) in cases {
        assert_eq!(place.verdict(text), *wanted, "{text:?}");
    }
}

use Severity::{Block, Note, Warn};

#[test]
fn a_column_set_with_blanks_may_be_a_mark() {
    check(
        BODY,
        &[
            ("密级：机密    编号：植字第12号\n关于植树的通知\n", Some(Block)),
            ("SECRET//NOFORN      3 May, the gate\nTree planting drill\n", Some(Block)),
            // A bare word among columns asks.
            ("机密      第一苗圃的名单\n关于植树的通知\n", Some(Warn)),
            ("他说  秘密  不能说出去，大家要记住这一点\n", Some(Warn)),
            ("编号：机密计算    日期：三月\n", None),
        ],
    );
}

#[test]
fn names_subjects_and_titles_know_one_grammar() {
    for part in [PartKind::FileName, PartKind::MessageHeader] {
        check(
            Place { part, ..BODY },
            &[
                ("演练方案（机密）", Some(Block)),
                ("演练方案（机密）（送审稿）", Some(Block)),
                ("机密：演练方案", Some(Block)),
                ("[SECRET] drill plan", Some(Block)),
                ("drill plan - NATO SECRET", Some(Block)),
                ("VS-NfD Baumplan der Stadt", Some(Block)),
                ("CLIENT_SECRET", None),
                ("机密计算综述", None),
            ],
        );
    }
    check(
        BODY,
        &[
            ("关于植树工作的意见（征求意见稿）（机密）\n各科室：\n", Some(Block)),
            ("本节介绍分级制度（绝密、机密、秘密）\n各科室：\n", None),
            (
                "（机密）关于植树工作的意见，共三页，请各科室于周三前阅毕退回办公室，不要转给他人，也不要拍照，谢谢配合，另请自备工具和手套。\n",
                Some(Warn),
            ),
        ],
    );
}

#[test]
fn a_bare_word_asks_where_it_may_be_a_word() {
    check(
        BODY,
        &[
            ("秘密~\n", Some(Warn)),
            ("# SECRET\n\nThis page lists the commands of the tool.\n", Some(Warn)),
            ("《绝密》\n今晚八点在二号厅放映，欢迎各位观看。\n", Some(Warn)),
            ("SECRET=\nPORT=8080\nHOST=localhost and more\n", Some(Note)),
            ("姓名\t秘密\t地址\n张一\t无\t北门\n", Some(Warn)),
            ("Secret\t机密\nPublic\t公开\n", Some(Note)),
            ("机密\n关于植树工作的通知\n各科室：请于周三到场。\n", Some(Block)),
        ],
    );
    check(Place { part: PartKind::FileName, ..BODY }, &[("秘密", Some(Warn)), ("机密-植树方案", Some(Block))]);
}

#[test]
fn levels_that_are_explained_are_noted_and_a_mark_above_them_stays() {
    check(
        BODY,
        &[
            (
                "绝密\t最重要的国家秘密，泄露会造成特别严重的损害\n机密\t重要的国家秘密\n秘密\t一般的国家秘密\n",
                Some(Note),
            ),
            ("机密★10年\n关于做好绝密、机密、秘密级文件管理的通知\n各科室：\n", Some(Block)),
            ("绝密★30年\n机密★20年\n秘密★10年\n", Some(Warn)),
        ],
    );
}

#[test]
fn codes_of_one_shape_are_no_marks() {
    check(
        BODY,
        &[
            ("code\tcity\nCUH\tCushing\nCUI\tCurrillo\n", Some(Note)),
            ("CUI\nTree planting drill of the northern gate\n", Some(Block)),
        ],
    );
}

#[test]
fn comments_of_program_source_name_variables() {
    let source = Place { source_code: true, ..BODY };
    check(
        source,
        &[
            ("// SECRET\nconst secret = process.env.SECRET;\n", Some(Note)),
            ("S_E_C_R_E_T\n= 5;\nfn main() {}\n", Some(Note)),
            ("// JWT SECRET\nconst secret = process.env.SECRET;\n", None),
            ("// 机密★10年 说明见下\nfn main() {}\n", Some(Warn)),
        ],
    );
}

#[test]
fn words_that_a_driver_prints_across_pages_are_no_marks() {
    let strings = Place { part: PartKind::Strings, ..BODY };
    check(strings, &[("DRAFT\nCONFIDENTIAL\nTOP SECRET\nCOPY\n", Some(Note)), ("机密★10年\n", Some(Block))]);
}

#[test]
fn a_message_that_says_it_is_secret_is_asked_about_in_messages_only() {
    let message = Place { channel: Channel::Message, ..BODY };
    check(message, &[("这份文件是机密的别外传", Some(Warn)), ("这是我们俩的秘密", None)]);
    check(BODY, &[("这份文件是机密的别外传", None)]);
}

#[test]
fn the_word_confidential_belongs_to_a_company_without_another_sign_of_a_state() {
    check(
        BODY,
        &[
            ("CONFIDENTIAL\n\nTree planting budget of the company\n", Some(Warn)),
            ("CONFIDENTIAL\n\n(C) The drill begins at dawn.\n(U) Spades are ready.\n", Some(Block)),
            ("BEGIN:VEVENT\nSUMMARY:dentist\nCLASS:CONFIDENTIAL\nEND:VEVENT\n", None),
        ],
    );
}

#[test]
fn a_ticked_box_chooses_and_an_empty_one_does_not() {
    check(
        BODY,
        &[
            ("密级：□普通 □秘密 ☑机密 □绝密\n关于植树的通知\n", Some(Warn)),
            ("密级：普通□ 秘密■ 机密□\n关于植树的通知\n", Some(Warn)),
            ("密级：□普通 □秘密 □机密 □绝密\n关于植树的通知\n", None),
            ("□ 秘密花园 ☑ 绝密档案\n", None),
        ],
    );
}
