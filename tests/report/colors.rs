//! The colours of the page: contrast, and whether people who see other colours tell them apart.

const STYLE: &str = include_str!("../../src/report/html/style.css");
const CLASSES: [&str; 4] = ["public", "readable", "unknown", "protected"];

type Color = [f64; 3];

/// A colour of the style, for light and for dark, as linear red, green and blue (IEC 61966-2-1).
fn colors(name: &str) -> [Color; 2] {
    let start = format!("--{name}: #");
    let mut found = STYLE.split(&*start).skip(1).map(|rest| {
        let part = |at: usize| {
            let value = u8::from_str_radix(&rest[at..at + 2], 16).unwrap();
            let value = f64::from(value) / 255.0;
            match value <= 0.04045 {
                true => value / 12.92,
                false => ((value + 0.055) / 1.055).powf(2.4),
            }
        };
        [part(0), part(2), part(4)]
    });
    [found.next().unwrap(), found.next().unwrap()]
}

fn applied(matrix: [[f64; 3]; 3], color: Color) -> Color {
    matrix.map(|row| (0..3).map(|at| row[at] * color[at]).sum())
}

/// WCAG 2.2, contrast ratio.
fn contrast(one: Color, other: Color) -> f64 {
    let luminance = |[red, green, blue]: Color| 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    let (one, other) = (luminance(one) + 0.05, luminance(other) + 0.05);
    one.max(other) / one.min(other)
}

/// CIE 1976 L*a*b*, for the white of D65.
fn lab(color: Color) -> Color {
    let xyz = applied(
        [
            [0.4124, 0.3576, 0.1805],
            [0.2126, 0.7152, 0.0722],
            [0.0193, 0.1192, 0.9505],
        ],
        color,
    );
    let part = |at: usize| {
        let value = xyz[at] / [0.9505, 1.0, 1.089][at];
        match value > 0.008_856 {
            true => value.cbrt(),
            false => 7.787 * value + 16.0 / 116.0,
        }
    };
    let [x, y, z] = [part(0), part(1), part(2)];
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

fn distance(one: Color, other: Color) -> f64 {
    let (one, other) = (lab(one), lab(other));
    let parts = (0..3).map(|at| (one[at] - other[at]).powi(2));
    parts.sum::<f64>().sqrt()
}

/// What people see without one kind of cones (Machado and others, 2009), and those who see all.
const SEEN: [[[f64; 3]; 3]; 4] = [
    [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
    [
        [0.152_286, 1.052_583, -0.204_868],
        [0.114_503, 0.786_281, 0.099_216],
        [-0.003_882, -0.048_116, 1.051_998],
    ],
    [
        [0.367_322, 0.860_646, -0.227_968],
        [0.280_085, 0.672_501, 0.047_413],
        [-0.011_820, 0.042_940, 0.968_881],
    ],
    [
        [1.255_528, -0.076_749, -0.178_779],
        [-0.078_411, 0.930_809, 0.147_602],
        [0.004_733, 0.691_367, 0.303_900],
    ],
];

#[test]
fn colours_have_contrast() {
    for (scheme, least_of_marks) in [(0, 4.0), (1, 5.0)] {
        let color = |name: &str| colors(name)[scheme];
        for class in CLASSES {
            let contrast = contrast(color(class), color("paper"));
            assert!(contrast >= least_of_marks, "{class}: {contrast}");
        }
        for text in ["ink", "soft", "link"] {
            for ground in ["paper", "panel"] {
                let contrast = contrast(color(text), color(ground));
                assert!(contrast >= 4.5, "{text} on {ground}: {contrast}");
            }
        }
    }
}

#[test]
fn classes_are_told_apart_by_who_sees_other_colours() {
    for scheme in [0, 1] {
        for seen in SEEN {
            let color = |name: &str| applied(seen, colors(name)[scheme]);
            for (at, one) in CLASSES.iter().enumerate() {
                for other in &CLASSES[..at] {
                    let distance = distance(color(one), color(other));
                    assert!(distance >= 25.0, "{one} and {other}: {distance}");
                }
            }
        }
    }
}

/// The rules of the style that hold everywhere, or in what begins with these words: selectors, and
/// properties with their values.
fn rules(media: Option<&str>) -> Vec<(&'static str, &'static str, &'static str)> {
    // The first blocks are those of the colours.
    let (_, style) = STYLE.split_once("\n* {").unwrap();
    let mut parts = style.split("\n@media");
    let part = match media {
        None => parts.next(),
        Some(media) => parts.find(|part| part.starts_with(media)),
    };
    let part = part.unwrap();
    let lines = part.lines().filter_map(|line| {
        let (selectors, rest) = line.trim().split_once(" { ")?;
        Some((selectors, rest.strip_suffix(" }")?))
    });
    let all = lines.flat_map(|(selectors, rest)| {
        let pairs = rest.split(';').filter_map(|pair| pair.split_once(": "));
        let pairs: Vec<(&str, &str)> = pairs.collect();
        let selectors = selectors.split(", ");
        selectors.flat_map(move |one| {
            let pairs = pairs.clone().into_iter();
            pairs.map(move |(name, value)| (one, name.trim(), value.trim()))
        })
    });
    all.collect()
}

/// Who forces colours sees none of ours in the picture.
#[test]
fn forced_colours_are_those_of_the_system() {
    let forced = rules(Some(" (forced-colors"));
    let mut count = 0;
    for (selector, property, value) in rules(None) {
        if !matches!(property, "fill" | "stroke") || !value.starts_with("var(") {
            continue;
        }
        count += 1;
        let is_forced = |(other, name, value): &(&str, &str, &str)| {
            (*other, *name) == (selector, property)
                && matches!(*value, "Canvas" | "CanvasText" | "GrayText")
        };
        assert!(forced.iter().any(is_forced), "{property} of {selector}");
    }
    assert!(count > 15, "only {count} colours were found");
}

/// Where the fill of a class and its sign have one colour, the fill leaves the sign to be seen.
#[test]
fn signs_are_seen_without_colours() {
    for media in [" (forced-colors", " print"] {
        let width = rules(Some(media)).into_iter();
        let mut width = width.filter(|(one, name, _)| (*one, *name) == (".lines", "stroke-width"));
        let (.., width) = width.next().expect(media);
        assert!(width.parse::<f64>().unwrap() <= 1.0, "{media}: {width}");
    }
}

/// On every page of a print the head of a table is repeated, its buttons are not.
#[test]
fn printed_heads_are_text() {
    let print = rules(Some(" print"));
    assert!(print.contains(&("th button", "display", "contents")));
    assert!(print.contains(&("thead", "display", "table-header-group")));
}

/// What is narrow has no tables side by side, so that a caption would be as wide as its longest word.
#[test]
fn captions_are_as_wide_as_their_tables() {
    let narrow = rules(Some(" (max-width"));
    let display = |wanted: &str| {
        let mut found = narrow
            .iter()
            .filter(|(one, name, _)| (*one, *name) == (wanted, "display"));
        found.next().map(|(.., value)| *value)
    };
    assert_eq!(display("table"), display("caption"));
}
