//! Rows that no reader can take as declared, one every so often in one file after the other. Nothing else refers to them.

use super::Company;
use super::files::Target;

const EVERY: u64 = 130;

/// File, reason, row. `ÿ` stands for a byte that is no character in GB18030.
#[rustfmt::skip]
const ROWS: [(Target, &str, &str); 14] = [
    (Target::Leads, "bad_timestamp", "L900001,Olga Fehler,olga.fehler@spoiled.example,,Spoiled Foods Inc.,Buyer,Machinery,120,Germany,Köln,Webinar,2026/13/45 10:00,New,,Helen Marsh,N"),
    (Target::ChineseLeads, "bad_bytes", "C900002,李ÿ,,li@spoiled.example,测坏有限公司,厂长,机械,1-49人,江苏,苏州,官网,2026年3月4日 15:02,新线索,,孟凡,"),
    (Target::Activities, "bad_number", "A900003;L000001;call;outbound;0;04.03.2026 08:02;12,5,1;connected;"),
    (Target::Leads, "too_few_fields", "L900004,Paul Kurz,paul.kurz@spoiled.example"),
    (Target::Opportunities, "bad_number", "OP90005,L000001,Spoiled Foods Inc.,Cloud,about twelve,USD,Proposal,04 Mar 2026 15:02,,,"),
    (Target::Forms, "too_many_fields", "S900006,v0000000000,2026-03-04T07:02:11Z,contact,Rita Lang,rita.lang@spoiled.example,,Lang, Sons, Ltd,Germany,yes"),
    (Target::Stages, "bad_timestamp", "L000001,Contacted,yesterday,Helen Marsh"),
    (Target::ChineseLeads, "bad_timestamp", "C900008,周坏,,zhou@spoiled.example,测坏有限公司,厂长,机械,1-49人,江苏,苏州,官网,2026年2月30日 09:00,新线索,,孟凡,"),
    (Target::Orders, "bad_number", "SO900009,,L000001,1772607731,1.2e3x,CNY,repeat"),
    (Target::Leads, "missing_required", ",Nora Ohne,nora.ohne@spoiled.example,,Spoiled Foods Inc.,Buyer,Machinery,120,Germany,Köln,Webinar,2026/03/04 10:00,New,,Helen Marsh,N"),
    (Target::Activities, "too_few_fields", "A900011;L000001;call"),
    (Target::Opportunities, "bad_timestamp", "OP90012,L000001,Spoiled Foods Inc.,Cloud,$12.00K,USD,Proposal,32 Mar 2026 15:02,,,"),
    (Target::Leads, "bad_number", "L900013,Emil Viel,emil.viel@spoiled.example,,Spoiled Foods Inc.,Buyer,Machinery,many,Germany,Köln,Webinar,2026/03/04 10:00,New,,Helen Marsh,N"),
    (Target::Forms, "bad_timestamp", "S900014,v0000000000,2026-03-04 25:00:00Z,contact,Rita Lang,rita.lang@spoiled.example,,Lang Ltd,Germany,yes"),
];

pub fn leave(company: &mut Company, arrival: u64, opens: i64) {
    if arrival % EVERY == EVERY / 2 {
        let (target, reason, row) = ROWS[(arrival / EVERY) as usize % ROWS.len()];
        company.queue.broken(opens, target, reason, bytes(target, row));
    }
}

fn bytes(target: Target, row: &str) -> Vec<u8> {
    match target {
        Target::ChineseLeads => {
            let (bytes, _, _) = encoding_rs::GB18030.encode(row);
            let (wrong, _, _) = encoding_rs::GB18030.encode("ÿ");
            let place = memchr::memmem::find(&bytes, &wrong);
            match place {
                Some(at) => [&bytes[..at], b"\xff", &bytes[at + wrong.len()..]].concat(),
                None => bytes.into_owned(),
            }
        }
        _ => row.as_bytes().to_vec(),
    }
}
