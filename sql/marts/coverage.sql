select
    entity,
    source,
    field,
    rows,
    filled,
    cast(filled as double) / cast(rows as double) as share
from audit.coverage
