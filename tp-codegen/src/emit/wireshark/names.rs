//! What display filters are called.

use std::collections::BTreeMap;

/// What Wireshark knows a field by, but for its label: fields that agree share a filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shape {
    /// The function of the runtime that declares it.
    pub(super) function: String,
    /// Its values by number.
    pub(super) values: BTreeMap<i128, String>,
}

impl Shape {
    /// Takes in the values of `other`, unless the two contradict each other.
    fn merge(&mut self, other: &Self) -> bool {
        let contradicts = |(number, name): (&i128, &String)| {
            self.values
                .iter()
                .any(|(known, called)| (known == number) != (called == name))
        };
        if self.function != other.function || other.values.iter().any(contradicts) {
            return false;
        }
        self.values.extend(other.values.clone());
        true
    }
}

/// The filters given out so far.
#[derive(Default)]
pub(super) struct Filters {
    taken: BTreeMap<String, Shape>,
}

impl Filters {
    /// The filter for the field at `path`, without the `tp.` in front.
    pub(super) fn name(&mut self, protocol: &str, path: &str, shape: &Shape) -> String {
        let own = format!("{protocol}.{path}");
        let more = (2_u32..).map(|number| format!("{own}_{number}"));
        let candidates = [path.to_owned(), own.clone()].into_iter().chain(more);
        for name in candidates {
            let known = self.taken.entry(name.clone()).or_insert_with(|| Shape {
                function: shape.function.clone(),
                values: BTreeMap::new(),
            });
            if known.merge(shape) {
                return name;
            }
        }
        own
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(function: &str, values: &[(i128, &str)]) -> Shape {
        Shape {
            function: function.to_owned(),
            values: values
                .iter()
                .map(|(number, name)| (*number, (*name).to_owned()))
                .collect(),
        }
    }

    #[test]
    fn fields_of_one_shape_share_a_filter() {
        let mut filters = Filters::default();
        let plain = shape("u32", &[]);
        assert_eq!(filters.name("tp04", "object.id", &plain), "object.id");
        assert_eq!(filters.name("tp03", "object.id", &plain), "object.id");
        let other = shape("s32", &[]);
        assert_eq!(filters.name("tp03", "object.id", &other), "tp03.object.id");
        assert_eq!(filters.name("tp03", "object.id", &plain), "object.id");
    }

    #[test]
    fn values_add_up_unless_they_contradict() {
        let mut filters = Filters::default();
        let name = |filters: &mut Filters, values| filters.name("x", "a.b", &shape("u32", values));
        assert_eq!(name(&mut filters, &[(1, "one")]), "a.b");
        assert_eq!(name(&mut filters, &[(1, "one"), (2, "two")]), "a.b");
        assert_eq!(name(&mut filters, &[(2, "zwei")]), "x.a.b");
        assert_eq!(name(&mut filters, &[(3, "two")]), "x.a.b");
        assert_eq!(name(&mut filters, &[(2, "drei")]), "x.a.b_2");
    }
}
