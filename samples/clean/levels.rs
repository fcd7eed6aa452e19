const LEVELS: [&str; 3] = [
    "绝密",
    "机密",
    "秘密",
];
