//! The raw files: one writer each, rows and lines counted, so that the books can name the line of a broken row.

use super::calendar::clock;
use encoding_rs::GB18030;
use flate2::{Compression, GzBuilder, write::GzEncoder};
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Target {
    Forms,
    Leads,
    ChineseLeads,
    Stages,
    Opportunities,
    Activities,
    Orders,
    Assignments,
    OpportunityHistory,
    Quotes,
    Payments,
    Referrals,
    Invoices,
    BuyingGroups,
    FieldHistory,
    Tasks,
    Enrolments,
}

/// Rows of a finished file; a broken row counts as one.
pub struct Rows {
    pub file: String,
    pub rows: u64,
}

struct Shape {
    path: &'static str,
    header: &'static str,
    /// Packed when the large files are.
    large: bool,
}

#[rustfmt::skip]
const SHAPES: [Shape; 17] = [
    Shape { path: "forms/web_forms.csv", header: "\u{feff}submission_id,visitor_id,submitted_at,form,full_name,email,phone,company,country,consent", large: false },
    Shape { path: "crm/leads.csv", header: "lead_id,full_name,email,phone,company,title,industry,employees,country,city,source,created_at,status,invalid_reason,owner,is_test", large: false },
    Shape { path: "crm/leads_cn.csv", header: "线索编号,姓名,手机,邮箱,公司,职位,行业,规模,省份,城市,来源,创建时间,状态,无效原因,负责人,备注", large: false },
    Shape { path: "crm/stage_history.csv", header: "lead_id,stage,entered_at,changed_by", large: false },
    Shape { path: "crm/opportunities.csv", header: "opportunity_id,lead_id,account,product_line,amount,currency,stage,created_at,closed_at,is_won,loss_reason", large: false },
    Shape { path: "crm/activities.csv", header: "activity_id;lead_id;kind;direction;automated;at;duration_min;outcome;note", large: false },
    Shape { path: "erp/orders.csv", header: "order_id,opportunity_id,lead_id,ordered_at,amount,currency,kind", large: true },
    Shape { path: "crm/assignments.csv", header: "assignment_id,lead_id,kind,from_owner,to_owner,pool,assigned_at,reason", large: true },
    Shape { path: "crm/opportunity_history.csv", header: "opportunity_id,stage,amount,currency,entered_at,changed_by", large: true },
    Shape { path: "crm/quotes.csv", header: "quote_id,opportunity_id,quoted_at,list_amount,amount,currency,outcome", large: true },
    Shape { path: "erp/payments.csv", header: "payment_id,order_id,kind,paid_at,amount,currency", large: true },
    Shape { path: "crm/referrals.csv", header: "lead_id,referrer_lead_id", large: false },
    Shape { path: "erp/invoices.csv", header: "invoice_id,order_id,status,invoiced_at,due_on,amount,currency", large: true },
    Shape { path: "crm/buying_groups.csv", header: "opportunity_id,lead_id,role,is_primary", large: false },
    Shape { path: "crm/field_history.csv", header: "change_id,object,object_id,field,old_value,new_value,changed_at,changed_by", large: true },
    Shape { path: "crm/tasks.csv", header: "task_id,lead_id,opportunity_id,owner,subject,status,due_on,created_at,completed_at", large: true },
    Shape { path: "marketing/enrolments.csv", header: "enrolment_id,lead_id,program,arm,enrolled_at,left_at,leave_reason", large: true },
];

const TOUCHES: &str = "touch_id,visitor_id,occurred_at,kind,utm_source,utm_medium,utm_campaign,referrer,landing_url,user_agent";

pub struct Files {
    raw: PathBuf,
    compress: bool,
    /// In the order of [`Target`].
    others: Vec<RawFile>,
    /// The month whose touchpoints are being delivered.
    month: Option<(i64, RawFile)>,
    finished: Vec<Rows>,
}

pub struct RawFile {
    /// Relative to `raw`.
    pub name: String,
    pub rows: u64,
    lines: u64,
    /// The file ends without a newline and its lines with `\r\n`.
    windows: bool,
    writer: Writer,
}

enum Writer {
    Plain(BufWriter<File>),
    Gzip(Box<GzEncoder<BufWriter<File>>>),
}

impl Files {
    pub fn open(out: &Path, compress: bool) -> io::Result<Files> {
        let raw = out.join("raw");
        let others = SHAPES.iter().enumerate().map(|(place, shape)| {
            let windows = place == Target::ChineseLeads as usize;
            RawFile::create(&raw, shape.path.to_string(), shape.header, compress && shape.large, windows)
        });
        Ok(Files { others: others.collect::<io::Result<_>>()?, raw, compress, month: None, finished: Vec::new() })
    }

    /// The file of the month, in UTC, in which a touch is delivered.
    pub fn touchpoints(&mut self, delivered: i64) -> io::Result<&mut RawFile> {
        let now = clock(delivered, 0);
        if self.month.as_ref().is_none_or(|(month, _)| *month != now.month) {
            if let Some((_, file)) = self.month.take() {
                self.finished.push(file.close()?);
            }
            let name = format!("touchpoints/{}-{:02}.csv", now.year, now.month);
            self.month = Some((now.month, RawFile::create(&self.raw, name, TOUCHES, self.compress, false)?));
        }
        Ok(&mut self.month.as_mut().expect("just opened").1)
    }

    pub fn file(&mut self, target: Target) -> &mut RawFile {
        &mut self.others[target as usize]
    }

    pub fn close(mut self) -> io::Result<Vec<Rows>> {
        let open = self.month.into_iter().map(|(_, file)| file).chain(self.others);
        for file in open {
            self.finished.push(file.close()?);
        }
        Ok(self.finished)
    }
}

impl RawFile {
    fn create(raw: &Path, name: String, header: &str, compress: bool, windows: bool) -> io::Result<RawFile> {
        let name = if compress { name + ".gz" } else { name };
        let path = raw.join(&name);
        fs::create_dir_all(path.parent().expect("every raw file lies in a folder of its kind"))?;
        let plain = BufWriter::with_capacity(1 << 18, File::create(path)?);
        let writer = match compress {
            // No name and no time in the header: the same rows are the same bytes, as long as the packer is the same.
            true => Writer::Gzip(Box::new(GzBuilder::new().mtime(0).write(plain, Compression::default()))),
            false => Writer::Plain(plain),
        };
        let mut file = RawFile { name, rows: 0, lines: 0, windows, writer };
        file.line(header.as_bytes())?;
        Ok(file)
    }

    /// One row; the number of its first line comes back.
    pub fn row(&mut self, text: &[u8]) -> io::Result<u64> {
        self.rows += 1;
        self.line(text)
    }

    fn line(&mut self, text: &[u8]) -> io::Result<u64> {
        let first = self.lines + 1;
        self.lines += 1 + memchr::memchr_iter(b'\n', text).count() as u64;
        if !self.windows {
            self.writer.write_all(text)?;
            self.writer.write_all(b"\n")?;
            return Ok(first);
        }
        if first > 1 {
            self.writer.write_all(b"\r\n")?;
        }
        self.writer.write_all(&encode(text))?;
        Ok(first)
    }

    fn close(self) -> io::Result<Rows> {
        let mut plain = match self.writer {
            Writer::Plain(plain) => plain,
            Writer::Gzip(gzip) => gzip.finish()?,
        };
        plain.flush()?;
        Ok(Rows { file: self.name, rows: self.rows })
    }
}

/// GB18030; bytes that are not UTF-8 are broken on purpose and stay as they are.
fn encode(text: &[u8]) -> Vec<u8> {
    match std::str::from_utf8(text) {
        Ok(text) => GB18030.encode(text).0.into_owned(),
        Err(_) => text.to_vec(),
    }
}

impl Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Writer::Plain(plain) => plain.write(bytes),
            Writer::Gzip(gzip) => gzip.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Writer::Plain(plain) => plain.flush(),
            Writer::Gzip(gzip) => gzip.flush(),
        }
    }
}

/// Appends a field, quoted where the delimiter, a quote or a newline in it asks for that.
pub fn push_field(line: &mut String, delimiter: char, field: &str) {
    if field.contains([delimiter, '"', '\n']) {
        line.push('"');
        line.push_str(&field.replace('"', "\"\""));
        line.push('"');
    } else {
        line.push_str(field);
    }
}

/// Hundredths as an amount with two decimals.
pub fn decimal(cents: i64) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", cents.abs() / 100, cents.abs() % 100)
}

/// A line of fields.
pub fn record(delimiter: char, fields: &[&str]) -> String {
    let mut line = String::with_capacity(160);
    for (place, field) in fields.iter().enumerate() {
        if place > 0 {
            line.push(delimiter);
        }
        push_field(&mut line, delimiter, field);
    }
    line
}
