// Files that are no database of ours: an error that names the file, which stays as it was.
// RUN: not morello-opt %s --morello-schedule='target=znver5 db=%t.none/x.db' 2>&1 | FileCheck %s --check-prefix=PLACE
// RUN: not morello-opt %s --morello-schedule='target=znver5 db=/' 2>&1 | FileCheck %s --check-prefix=FOLDER
// PLACE: error: {{.*}}x.db: there is no directory {{.*}}.none; make it, or give another db=
// FOLDER: error: / is a directory; give the name of a file in db=

// RUN: %python -c "open(r'%t.text', 'w').write('not a database, but a text of more than a few lines ' * 40)"
// RUN: cp %t.text %t.text.before
// RUN: not morello-opt %s --morello-schedule='target=znver5 db=%t.text' 2>&1 | FileCheck %s --check-prefix=TEXT
// RUN: diff %t.text %t.text.before
// TEXT: error: {{.*}}.text is no database, or a damaged one; delete it yourself, or give another db=

// RUN: rm -f %t.foreign
// RUN: %python -c "import sqlite3; c = sqlite3.connect(r'%t.foreign'); c.execute('create table songs (name)'); c.commit()"
// RUN: cp %t.foreign %t.foreign.before
// RUN: not morello-opt %s --morello-synthesize='target=znver5 db=%t.foreign' 2>&1 | FileCheck %s --check-prefix=FOREIGN
// RUN: cmp %t.foreign %t.foreign.before
// FOREIGN: error: {{.*}}.foreign is a database of another application; give another db=

// RUN: rm -f %t.old %t.torn
// RUN: morello-opt %s --morello-schedule='target=znver5 db=%t.old' -o /dev/null
// RUN: cp %t.old %t.torn
// RUN: %python -c "import sqlite3; sqlite3.connect(r'%t.old').execute('pragma user_version=99')"
// RUN: cp %t.old %t.old.before
// RUN: not morello-opt %s --morello-schedule='target=znver5 db=%t.old' 2>&1 | FileCheck %s --check-prefix=OLD
// RUN: cmp %t.old %t.old.before
// OLD: error: {{.*}}.old has schema version 99, and this morello-mlir writes version 1; delete it yourself, or give another db=

// An answer that was changed is not believed.
// RUN: %python -c "import sqlite3; c = sqlite3.connect(r'%t.torn'); c.execute(\"update answers set content = cast(replace(cast(content as text), 'tile', 'tilt') as blob)\"); c.commit()"
// RUN: cp %t.torn %t.torn.before
// RUN: not morello-opt %s --morello-schedule='target=znver5 db=%t.torn' 2>&1 | FileCheck %s --check-prefix=TORN
// RUN: cmp %t.torn %t.torn.before
// TORN: error: {{.*}}.torn: answer {{.*}} is damaged (its checksum is wrong); delete it yourself, or give another db=
func.func @matmul(%a: memref<9x16xf32>, %b: memref<16x32xf32>, %c: memref<9x32xf32>) {
  linalg.matmul ins(%a, %b : memref<9x16xf32>, memref<16x32xf32>) outs(%c : memref<9x32xf32>)
  return
}
