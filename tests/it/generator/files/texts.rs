//! Plain texts: encodings, damage forms, the schemes of other countries, data of persons,
//! keys, and texts that only talk about secrecy.

use encoding_rs::{BIG5, EUC_KR, GB18030, SHIFT_JIS, WINDOWS_1251, WINDOWS_1252};

const NOTICE: &str = "000001\n机密★10年\n特急\n关于开展植树演练的通知\n各部门：\n定于下周六上午组织植树。\n";

pub(crate) fn files() -> Vec<(String, Vec<u8>)> {
    let mut files = encodings();
    files.push(("text/catalogue.mo".into(), catalogue("tree", NOTICE)));
    files.push(("clean/catalogue.mo".into(), catalogue("tree", "树")));
    files.push(("clean/finder.DS_Store".into(), [&b"\0\0\0\x01Bud1\0\0\x10\0"[..], &[0; 500]].concat()));
    files.extend(damage().map(|(name, text)| (format!("damage/{name}.txt"), text.into_bytes())));
    files.extend(SCHEMES.iter().map(|(name, text)| (format!("schemes/{name}.txt"), text.as_bytes().to_vec())));
    files.extend(DATA.iter().map(|(name, text)| (format!("data/{name}"), text.as_bytes().to_vec())));
    files.extend(CLEAN.iter().map(|(name, text)| (format!("clean/{name}"), text.as_bytes().to_vec())));
    files
}

/// One text and what it is in another language, as gettext compiles them.
fn catalogue(text: &str, other: &str) -> Vec<u8> {
    let (length, place) = (text.len() as u32, 44);
    let numbers = [0x9504_12DE_u32, 0, 1, 28, 36, 0, 0, length, place, other.len() as u32, place + length];
    [&numbers.map(u32::to_le_bytes).concat()[..], text.as_bytes(), other.as_bytes()].concat()
}

fn encodings() -> Vec<(String, Vec<u8>)> {
    let utf16 = |text: &str, big: bool| -> Vec<u8> {
        text.encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    };
    let utf32 = |text: &str| -> Vec<u8> { text.chars().flat_map(|c| (c as u32).to_le_bytes()).collect() };
    let legacy = |encoding: &'static encoding_rs::Encoding, text: &str| encoding.encode(text).0.into_owned();
    let marked = "絕對機密\n星河鎮植樹演練計畫\n";
    vec![
        ("text/utf-8.txt".into(), NOTICE.as_bytes().to_vec()),
        ("text/utf-8-bom.txt".into(), [&[0xEF, 0xBB, 0xBF], NOTICE.as_bytes()].concat()),
        ("text/utf-16le-bom.txt".into(), [vec![0xFF, 0xFE], utf16(NOTICE, false)].concat()),
        ("text/utf-16le.txt".into(), utf16(NOTICE, false)),
        ("text/utf-16be.txt".into(), utf16(NOTICE, true)),
        ("text/utf-32le.txt".into(), utf32(NOTICE)),
        ("text/gb18030.txt".into(), legacy(GB18030, NOTICE)),
        ("text/big5.txt".into(), legacy(BIG5, marked)),
        ("text/shift-jis.txt".into(), legacy(SHIFT_JIS, "極秘\n植樹訓練の計画について\n")),
        ("text/euc-kr.txt".into(), legacy(EUC_KR, "대외비\n나무 심기 훈련 계획\n")),
        (
            "text/windows-1251.txt".into(),
            legacy(WINDOWS_1251, "Совершенно секретно\nЭкз. № 1\nПлан учений по посадке деревьев\n"),
        ),
        (
            "text/windows-1252.txt".into(),
            legacy(WINDOWS_1252, "VS-NUR FÜR DEN DIENSTGEBRAUCH\nÜbungsplan Baumpflanzung\n"),
        ),
        ("text/nul-bytes.txt".into(), NOTICE.replace('密', "密\0").into_bytes()),
        ("text/empty.txt".into(), Vec::new()),
    ]
}

fn damage() -> impl Iterator<Item = (&'static str, String)> {
    let around = |mark: &str| format!("000001\n{mark}\n关于开展植树演练的通知\n");
    [
        ("wide-blanks", around("机　密　★　10年")),
        ("zero-width", around("机\u{200b}密\u{2060}★\u{feff}10年")),
        ("full-width-asterisk", around("机密＊１０年")),
        ("letter-spaced", around("机\u{a0}密\u{a0}★\u{a0}1\u{a0}0\u{a0}年")),
        ("vertical", around("机\n密\n★\n1\n0\n年")),
        ("traditional", around("機密★10年")),
        ("taught-wrongly", around("★机密 10年")),
        ("no-star", around("机密（10年）")),
        ("by-sound", around("机蜜★10年")),
    ]
    .into_iter()
}

const SCHEMES: &[(&str, &str)] = &[
    ("prc-1999", "秘　密\n特急\n关于开展植树演练的通知\n"),
    ("prc-exam", "绝密★启用前\n星河镇（虚构）植树知识模拟考试\n语文试卷\n一、选择题\nA．松  B．柏\n"),
    ("prc-work-secret", "工作秘密★3年\n星河镇植树演练值班安排\n"),
    ("prc-internal", "内部资料 注意保存\n星河镇植树演练手册\n"),
    ("prc-soe", "星河苗木（虚构）核心商密★5年\n苗木报价测算\n"),
    ("taiwan", "極機密\n本件於演練結束後解密\n植樹演練計畫\n"),
    ("hong-kong", "高度機密\n植樹演練計劃\n"),
    ("japan", "取扱注意\n植樹訓練の連絡先\n"),
    ("korea", "Ⅱ급비밀\n나무 심기 훈련 계획\n"),
    (
        "us-banner",
        "TOP SECRET//SI//NOFORN\n\n(TS//SI) Tree planting drill, invented for this sample.\n\nTOP SECRET//SI//NOFORN\n",
    ),
    (
        "us-authority",
        "SECRET\n\nSUBJECT: Tree planting drill (U)\n\nClassified By: J. Sample, Chief\nDerived From: Tree Guide\nDeclassify On: 20491231\n",
    ),
    ("us-cui", "CUI//SP-CTI\n\nControlled by: Office of Trees (invented)\n"),
    ("us-distribution", "DISTRIBUTION STATEMENT D. Distribution authorized to Department of Trees only.\n"),
    ("nato", "NATO SECRET\n\nTree planting drill\n"),
    ("eu", "RESTREINT UE/EU RESTRICTED\n\nTree planting drill\n"),
    ("uk", "OFFICIAL-SENSITIVE\n\nTree planting drill\n\nOFFICIAL-SENSITIVE\n"),
    ("germany", "GEHEIM\namtlich geheim gehalten\n\nÜbung Baumpflanzung\n"),
    ("france", "DIFFUSION RESTREINTE\n\nExercice de plantation\n"),
    ("russia", "Секретно\nЭкз. № 2\n\nУчения по посадке деревьев\n"),
    ("australia", "PROTECTED\n\nTree planting drill\n\nPROTECTED\n"),
    ("canada", "PROTECTED B / PROTÉGÉ B\n\nTree planting drill\n"),
    ("new-zealand", "RESTRICTED - NZEO\n\nTree planting drill\n"),
    ("tlp", "TLP:RED\n\nTree disease indicators\n"),
];

const DATA: &[(&str, &str)] = &[
    (
        "citizen-ids.csv",
        "姓名,证件号码\n示例一,11010519491231002X\n示例二,11010519491231010X\n示例三,110105194912310206\n示例四,110105194912310302\n示例五,110105194912310409\n示例六,110105194912310505\n",
    ),
    (
        "private-key.txt",
        "-----BEGIN PRIVATE KEY-----\nTm90QVJlYWxLZXlKdXN0QVNhbXBsZU9mVHJlZXNBbmRCdXNoZXMxMjM0NTY3\nODkwQUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9w\ncXJzdHV2d3h5ejAxMjM0NTY3ODkrL2FiY2RlZmdoaWprbG1ub3BxcnN0dXY=\n-----END PRIVATE KEY-----\n",
    ),
];

const CLEAN: &[(&str, &str)] = &[
    (
        "statute.txt",
        "第一条　为了保守国家秘密，制定本规定（虚构）。\n第二条　国家秘密的密级分为绝密、机密、秘密三级。\n第三条　任何组织和个人不得泄露国家秘密、工作秘密和商业秘密。\n",
    ),
    (
        "training-slide.md",
        "# 公文格式培训\n\n密级和保密期限之间用“★”分隔，例如“机密★10年”。\n\n- 不得在非涉密计算机上处理涉密文件\n",
    ),
    ("quiz.txt", "下列哪一项是正确的密级标注？\nA. 秘密★10年\nB. 秘密十年\nC. 十年秘密\nD. 以上都不是\n"),
    ("empty-form.txt", "文件审批单\n密级：□绝密 □机密 □秘密\n拟稿人：\n"),
    ("novel.txt", "花园里藏着一个秘密，连她最好的朋友也不知道。那是一份绝密档案的故事。\n"),
    (
        "readme-k8s.md",
        "Create a Kubernetes Secret and mount it.\n\nkubectl create secret generic demo --from-literal=a=b\n\nSECRET_KEY is read from the environment; see Secret Manager.\n",
    ),
    ("levels.rs", "const LEVELS: [&str; 3] = [\n    \"绝密\",\n    \"机密\",\n    \"秘密\",\n];\n"),
    (
        "unclassified.txt",
        "UNCLASSIFIED\n\nTree planting drill\n\nDISTRIBUTION STATEMENT A. Approved for public release.\nTLP:CLEAR\n",
    ),
    ("public-notice.txt", "公开\n星河镇植树节公告（虚构）\n欢迎市民参加。\n"),
];
