use markdown::{Options, to_html_with_options};

/// Returns an HTML page from Markdown with tables; links and pictures stay relative.
pub fn markdown_to_html(title: &str, markdown: &str) -> String {
    // Markdown has no syntax errors; only the MDX extension, which is off, could fail.
    let body = to_html_with_options(markdown, &Options::gfm()).unwrap_or_default();
    let title = title.replace('&', "&amp;").replace('<', "&lt;");
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n{body}</body>\n</html>\n"
    )
}

const STYLE: &str = "\
body{font:16px/1.5 sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;color:#222}\
img{max-width:100%}\
table{border-collapse:collapse;display:block;overflow-x:auto}\
td,th{padding:.25rem .75rem;border-bottom:1px solid #ddd;white-space:nowrap}";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_pictures_and_titles_are_kept() {
        let page = markdown_to_html(
            "A & <b>",
            "| a | b |\n|---|---:|\n| 1 | 2 |\n\n![x](y/z.png)\n",
        );
        for part in [
            "<title>A &amp; &lt;b></title>",
            "<table>",
            "<td>1</td>",
            "src=\"y/z.png\"",
        ] {
            assert!(page.contains(part), "{part} is missing:\n{page}");
        }
    }
}
