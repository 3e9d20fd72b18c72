use std::sync::{Arc, OnceLock};

use resvg::{
    tiny_skia::{Pixmap, Transform},
    usvg::{Options, Tree, fontdb},
};

use super::ReportError;

/// Renders an SVG picture as PNG, at `scale` pixels per SVG unit.
///
/// Every font family is drawn in the embedded DejaVu Sans, so pictures look the same on every
/// machine, even without installed fonts.
///
/// # Errors
/// Returns [`ReportError::Drawing`] if the text is not SVG or the picture is too large.
pub fn svg_to_png(svg: &str, scale: f32) -> Result<Vec<u8>, ReportError> {
    let failed = |reason: String| ReportError::Drawing {
        what: "a PNG picture".into(),
        reason,
    };
    let options = Options {
        fontdb: fonts(),
        font_family: FAMILY.into(),
        ..Options::default()
    };
    let tree = Tree::from_str(svg, &options).map_err(|error| failed(error.to_string()))?;
    let size = tree
        .size()
        .to_int_size()
        .scale_by(scale)
        .ok_or_else(|| failed(format!("scale {scale}")))?;
    let mut pixmap =
        Pixmap::new(size.width(), size.height()).ok_or_else(|| failed("it is too large".into()))?;
    resvg::render(
        &tree,
        Transform::from_scale(scale, scale),
        &mut pixmap.as_mut(),
    );
    pixmap
        .encode_png()
        .map_err(|error| failed(error.to_string()))
}

const FAMILY: &str = "DejaVu Sans";

fn fonts() -> Arc<fontdb::Database> {
    static FONTS: OnceLock<Arc<fontdb::Database>> = OnceLock::new();
    FONTS
        .get_or_init(|| {
            let mut fonts = fontdb::Database::new();
            fonts.load_font_data(dejavu::sans::regular().to_vec());
            fonts.load_font_data(dejavu::sans::bold().to_vec());
            fonts.set_sans_serif_family(FAMILY);
            Arc::new(fonts)
        })
        .clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_rendered() {
        let picture = |text: &str| {
            let svg = format!(
                "<svg xmlns='http://www.w3.org/2000/svg' width='80' height='30'>\
                 <text x='5' y='20' font-family='sans-serif' font-size='16'>{text}</text></svg>"
            );
            let png = svg_to_png(&svg, 2.0).unwrap();
            Pixmap::decode_png(&png).unwrap()
        };
        let (empty, full) = (picture(""), picture("α = −1"));
        assert_eq!((full.width(), full.height()), (160, 60));
        assert!(empty.pixels().iter().all(|pixel| pixel.alpha() == 0));
        assert!(
            full.pixels()
                .iter()
                .filter(|pixel| pixel.alpha() > 0)
                .count()
                > 100
        );
    }

    #[test]
    fn invalid_svg_is_rejected() {
        assert!(svg_to_png("not a picture", 1.0).is_err());
    }
}
