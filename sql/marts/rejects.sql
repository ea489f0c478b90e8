select
    source,
    file,
    line,
    column_name,
    reason
from ledger.rejects
