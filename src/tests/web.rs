//! Web analytics: sessions, ways in and the sets of public web data. Some of them may not be copied here; see [`shared`].
