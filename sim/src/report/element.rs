//! Elements of HTML and SVG as a tree that cannot be printed wrongly: text and attributes are escaped, every element is closed.

use std::fmt::Write;

/// An element with its attributes and children.
#[derive(Debug, Clone, PartialEq)]
pub struct Element {
    name: &'static str,
    attributes: Vec<(&'static str, String)>,
    children: Vec<Node>,
}

#[derive(Debug, Clone, PartialEq)]
enum Node {
    Element(Element),
    Text(String),
}

impl Element {
    /// An empty element.
    pub fn new(name: &'static str) -> Self {
        Self {
            name,
            attributes: Vec::new(),
            children: Vec::new(),
        }
    }

    /// An element with text only.
    pub fn of_text(name: &'static str, text: impl Into<String>) -> Self {
        Self::new(name).text(text)
    }

    /// Sets an attribute.
    pub fn set(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.attributes.push((name, value.into()));
        self
    }

    /// Sets attributes to numbers, rounded to hundredths, which is far below a pixel.
    pub fn numbers<const N: usize>(mut self, values: [(&'static str, f64); N]) -> Self {
        let values = values.map(|(name, value)| (name, number(value)));
        self.attributes.extend(values);
        self
    }

    /// Sets the class.
    pub fn class(self, class: impl Into<String>) -> Self {
        self.set("class", class)
    }

    /// Appends a child.
    pub fn child(mut self, child: Element) -> Self {
        self.children.push(Node::Element(child));
        self
    }

    /// Appends children.
    pub fn with(mut self, children: impl IntoIterator<Item = Element>) -> Self {
        self.children
            .extend(children.into_iter().map(Node::Element));
        self
    }

    /// Appends text.
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.children.push(Node::Text(text.into()));
        self
    }

    /// The element as text. A line begins after each element that holds others.
    pub fn print(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) {
        // Writing to a string cannot fail.
        let _ = write!(out, "<{}", self.name);
        for (name, value) in &self.attributes {
            let _ = write!(out, " {name}=\"{}\"", escaped(value));
        }
        out.push('>');
        for child in &self.children {
            match child {
                Node::Element(element) => element.write(out),
                Node::Text(text) => out.push_str(&escaped(text)),
            }
        }
        let _ = write!(out, "</{}>", self.name);
        if self
            .children
            .iter()
            .any(|child| matches!(child, Node::Element(_)))
        {
            out.push('\n');
        }
    }
}

/// Text with the characters replaced that mean something in HTML and XML.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
    out
}

/// A number of at most two decimals, without trailing zeros.
pub fn number(value: f64) -> String {
    let text = format!("{value:.2}");
    let short = text.trim_end_matches('0').trim_end_matches('.');
    match short {
        "-0" => "0".to_owned(),
        short => short.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_attributes_are_escaped() {
        let element = Element::of_text("p", "a < b & \"c\"").set("title", "<\">");
        let printed = "<p title=\"&lt;&quot;&gt;\">a &lt; b &amp; &quot;c&quot;</p>";
        assert_eq!(element.print(), printed);
    }

    #[test]
    fn numbers_are_short() {
        for (value, text) in [(1.0, "1"), (-0.001, "0"), (10.0, "10"), (2.5, "2.5")] {
            assert_eq!(number(value), text);
        }
    }
}
