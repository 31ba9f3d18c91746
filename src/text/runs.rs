//! A safe line taken apart where its looks change.

use super::SafeText;
use super::safe::Builder;

impl SafeText {
    /// Neighbouring clusters with the same key, with that key, in order. A cluster's key is that of
    /// its first character, counted from the start of the line.
    pub(crate) fn runs<K: PartialEq>(&self, key: impl Fn(usize) -> K) -> Vec<(K, Self)> {
        let mut runs: Vec<(K, Builder)> = Vec::new();
        let mut at = 0;
        for cluster in self.clusters() {
            let key = key(at);
            at += cluster.text.chars().count();
            match runs.last_mut() {
                Some((last, line)) if *last == key => line.push_cluster(cluster),
                _ => {
                    let mut line = Builder::default();
                    line.push_cluster(cluster);
                    runs.push((key, line));
                }
            }
        }
        let runs = runs.into_iter();
        runs.map(|(key, line)| (key, line.finish())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_taken_apart_where_its_key_changes() {
        let line = SafeText::own("ab\u{202E}佐c");
        let runs = line.runs(|at| at < 2);
        assert_eq!(runs[0], (true, SafeText::own("ab")));
        assert_eq!(runs.len(), 2);
        let again = SafeText::join(runs.into_iter().map(|(_, text)| text));
        assert_eq!(again, line);
    }
}
