//! Words can be read on what is behind them, light and dark: WCAG 2, level AA.

use std::collections::BTreeMap;

use super::everything;

/// What stands on what.
const PAIRS: [(&str, &str); 4] = [
    ("text", "page faint box mark-box old old-stripe"),
    ("soft", "page faint box mark-box old old-stripe"),
    ("link", "page mark-box"),
    ("mark", "page mark-box"),
];

/// The colors of each scheme: the first `:root` is light, the second dark.
fn schemes() -> Vec<BTreeMap<String, [f64; 3]>> {
    let css = &everything()["style.css"];
    let roots = css.split(":root {").skip(1);
    let schemes = roots.map(|root| {
        let (block, _) = root.split_once('}').unwrap();
        let colors = block.lines().filter_map(|line| {
            let (name, value) = line.trim().strip_prefix("--")?.split_once(": #")?;
            let value = value.strip_suffix(';').unwrap();
            assert_eq!(value.len(), 6, "{line}");
            let part = |at: usize| u8::from_str_radix(&value[at..at + 2], 16).unwrap();
            Some((name.to_owned(), [part(0), part(2), part(4)].map(linear)))
        });
        colors.collect()
    });
    schemes.collect()
}

/// The light of one part of a color.
fn linear(part: u8) -> f64 {
    let part = f64::from(part) / 255.0;
    if part <= 0.040_45 {
        part / 12.92
    } else {
        ((part + 0.055) / 1.055).powf(2.4)
    }
}

fn luminance([red, green, blue]: [f64; 3]) -> f64 {
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

#[test]
fn words_stand_out_in_both_schemes() {
    let schemes = schemes();
    assert_eq!(schemes.len(), 2);
    for (scheme, name) in schemes.iter().zip(["light", "dark"]) {
        for (words, grounds) in PAIRS {
            for ground in grounds.split(' ') {
                let (a, b) = (luminance(scheme[words]), luminance(scheme[ground]));
                let contrast = (a.max(b) + 0.05) / (a.min(b) + 0.05);
                assert!(
                    contrast >= 4.5,
                    "{words} on {ground}, {name}: {contrast:.2}"
                );
            }
        }
    }
}
