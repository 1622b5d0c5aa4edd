//! What files and filters call the protocols of several schemas.

use crate::model::Model;

/// The names of `models`: the version in lower case, or that of the file where another model has
/// taken it.
pub(crate) fn protocols(models: &[Model]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for model in models {
        let stem = model.source.split('.').next().unwrap_or_default();
        let stem: String = stem
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
            .collect();
        let more = (2_u32..).map(|number| format!("{stem}_{number}"));
        let candidates = [model.version.clone(), stem.clone()];
        let name = candidates
            .into_iter()
            .chain(more)
            .map(|name| name.to_ascii_lowercase())
            .find(|name| !name.is_empty() && !names.contains(name));
        names.extend(name);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::HeaderForm;

    #[test]
    fn the_version_is_the_name_unless_it_is_taken() {
        let of = [
            ("protocol.xml", "TP04"),
            ("protocol3.xml", "TP03"),
            ("Admin-2.xml", "TP04"),
            ("Admin-2.xml", "TP04"),
        ];
        let models = of.map(|(source, version)| Model {
            source: source.to_owned(),
            version: version.to_owned(),
            header: HeaderForm::None,
            parameter_sets: Vec::new(),
            packets: Vec::new(),
        });
        let names = protocols(&models);
        assert_eq!(names, ["tp04", "tp03", "admin_2", "admin_2_2"]);
    }
}
