use crate::vlog::names::{KEYWORDS, NameKind, Resolver, check_name, is_identifier, is_keyword};

#[test]
fn keywords_are_sorted_and_found() {
    assert!(KEYWORDS.windows(2).all(|pair| pair[0] < pair[1]));
    for word in ["reg", "logic", "always_ff", "checker", "xor", "accept_on"] {
        assert!(is_keyword(word), "{word}");
    }
    for word in ["Reg", "clk_i", "state", ""] {
        assert!(!is_keyword(word), "{word}");
    }
}

#[test]
fn identifiers() {
    for name in ["a", "_a", "A9_", "clk_i"] {
        assert!(is_identifier(name), "{name}");
    }
    for name in ["", "9a", "a-b", "a b", "ä", "a$", "\\a", "a.b"] {
        assert!(!is_identifier(name), "{name}");
    }
}

#[test]
fn collisions_get_numbers_in_order() {
    let mut scope = Resolver::new();
    let wanted = [
        "lane", "lane", "lane_2", "lane", "reg", "8bit", "a.b-c", "", "lane",
    ];
    let names = wanted.map(|name| scope.resolve(NameKind::Net, name));
    let expected = [
        "lane", "lane_2", "lane_2_2", "lane_3", "reg_2", "_8bit", "a_b_c", "_", "lane_4",
    ];
    assert_eq!(names, expected);
    assert_eq!(scope.get("lane_3"), Some(NameKind::Net));
    assert_eq!(scope.get("lane_5"), None);
}

#[test]
fn refused_names() {
    let mut scope = Resolver::new();
    scope.declare(NameKind::Port, "clk_i").unwrap();
    let text: Vec<String> = [
        scope.declare(NameKind::Net, "clk_i"),
        scope.declare(NameKind::Net, "2x"),
        scope.declare(NameKind::Genvar, "table"),
        check_name(NameKind::Module, "module"),
    ]
    .into_iter()
    .map(|result| result.unwrap_err().to_string())
    .collect();
    insta::assert_snapshot!(text.join("\n"));
}
