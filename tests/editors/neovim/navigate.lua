-- Goes about documents that refer to each other, by the functions of `vim.lsp.buf`, which are behind Neovim's keys.
-- $WORKSPACE is a copy of navigation/ that may be written to.
local report = dofile(vim.fs.dirname(debug.getinfo(1, 'S').source:sub(2)) .. '/report.lua')
local check, wait = report.check, report.wait
local workspace = vim.uv.fs_realpath(os.getenv('WORKSPACE'))
local ORDERS, STOCK, CHANNEL = 'orders.asyncapi.yaml', 'stock.asyncapi.yaml', 'channels/stock.yaml'
local SCHEMES, LOGIN = 'shared/security.yaml', 'shared/login.json'
local FILES = { ORDERS, STOCK, CHANNEL, SCHEMES, LOGIN }

local said = {}
vim.notify = function(message)
  said[#said + 1] = message
end

local function path(name)
  return vim.fs.joinpath(workspace, name)
end

local function on_disk(name)
  local file = assert(io.open(path(name), 'rb'))
  local text = file:read('*a')
  file:close()
  return text
end

local function write(name, text)
  local file = assert(io.open(path(name), 'wb'))
  file:write(text)
  file:close()
end

local texts = {}
for _, name in ipairs(FILES) do
  texts[name] = on_disk(name)
end

local function clients(buffer)
  return vim.lsp.get_clients({ name = 'asyncapi_security', bufnr = buffer })
end

--- The line and column of a word, both from 1, in the first line of a file that has it with these words around it.
local function place(name, around, word)
  for number, line in ipairs(vim.split(texts[name], '\n')) do
    local from = line:find(around, 1, true)
    if from then
      return { name = name, line = number, column = from + around:find(word or around, 1, true) - 1 }
    end
  end
  error(('not in %s: %s'):format(name, around))
end

local function open(name)
  -- `:edit` of the file that is shown would read it again.
  if vim.api.nvim_buf_get_name(0) ~= path(name) then
    vim.cmd.edit(path(name))
  end
  local buffer = vim.api.nvim_get_current_buf()
  if not wait(function()
    return #clients(buffer) == 1 and clients(buffer)[1].initialized
  end) then
    check('a client for ' .. name, false)
  end
  return buffer
end

--- Opens a file with the cursor inside of a word.
local function go_to(at)
  local buffer = open(at.name)
  vim.api.nvim_win_set_cursor(0, { at.line, at.column })
  return buffer
end

--- Where the cursor is, or an entry of a list: `name:line:column`.
local function shown(buffer, line, column)
  local name = vim.fs.relpath(workspace, vim.api.nvim_buf_get_name(buffer))
  return ('%s:%d:%d'):format(name, line, column)
end

local function here()
  local cursor = vim.api.nvim_win_get_cursor(0)
  return shown(vim.api.nvim_get_current_buf(), cursor[1], cursor[2] + 1)
end

local function places(...)
  local all = vim.tbl_map(function(at)
    return ('%s:%d:%d'):format(at.name, at.line, at.column)
  end, { ... })
  table.sort(all)
  return table.concat(all, ' ')
end

local function listed(items)
  local all = vim.tbl_map(function(item)
    return shown(item.bufnr, item.lnum, item.col)
  end, items)
  table.sort(all)
  return table.concat(all, ' ')
end

local function becomes(name, wanted, tell)
  local passed = wait(function()
    return tell() == wanted
  end)
  check(name, passed, not passed and ('\n       %s\n       %s'):format(tell(), wanted) or nil)
end

local function definition(what, from, to)
  go_to(from)
  vim.lsp.buf.definition()
  becomes('definition of ' .. what, places(to), here)
end

definition('a `$ref` in `security`', place(ORDERS, 'securitySchemes/staff', 'staff'), place(ORDERS, 'staff:'))
definition('a `$ref` into another file', place(ORDERS, 'security.yaml#/partners', 'partners'), place(SCHEMES, 'partners:'))
definition('a `$ref` into JSON', place(ORDERS, 'login.json#/guests', 'guests'), place(LOGIN, 'guests'))
definition('a `$ref` from JSON into YAML', place(LOGIN, 'security.yaml#/partners', 'partners'), place(SCHEMES, 'partners:'))
definition('a name of 2.x', place(STOCK, '- partners', 'partners'), place(STOCK, 'partners: {'))
definition('a name of 2.x in another file', place(CHANNEL, 'keepers'), place(STOCK, '    keepers:', 'keepers'))
definition('a scope in another file', place(CHANNEL, 'stock:read'), place(STOCK, 'stock:read: '))
go_to(place(ORDERS, 'security.yaml#/partners', 'partners'))
vim.cmd.normal({ vim.keycode('<C-]>'), bang = true })
becomes('CTRL-] goes there too', places(place(SCHEMES, 'partners:')), here)
check('one client is enough for all files', #vim.lsp.get_clients() == 1)

go_to(place(SCHEMES, 'partners:'))
vim.lsp.buf.references()
becomes(
  'references go into the quickfix list',
  places(
    place(SCHEMES, 'partners:'),
    place(ORDERS, '#/partners', 'partners'),
    place(STOCK, '- partners', 'partners'),
    place(STOCK, 'partners: {'),
    place(STOCK, '#/partners', 'partners'),
    place(LOGIN, 'friends'),
    place(LOGIN, '#/partners', 'partners')
  ),
  function()
    return listed(vim.fn.getqflist())
  end
)
vim.cmd.cclose()

go_to(place(ORDERS, 'asyncapi'))
vim.lsp.buf.document_symbol()
becomes(
  'the outline goes into the location list',
  'servers production operations sendOrder components.securitySchemes staff customers clientCredentials '
    .. 'orders:read orders:write',
  function()
    local names = vim.tbl_map(function(item)
      return item.text:match('^%[%a+%] (%S+)')
    end, vim.fn.getloclist(0))
    return table.concat(names, ' ')
  end
)
vim.cmd.lclose()

vim.fn.setqflist({})
vim.lsp.buf.workspace_symbol('guests')
becomes('a symbol of another file is found', places(place(LOGIN, '"guests"')), function()
  return listed(vim.fn.getqflist())
end)
vim.cmd.cclose()

local marks = vim.api.nvim_create_namespace('nvim.lsp.references')
local stock = go_to(place(STOCK, 'stock:read: '))
vim.lsp.buf.document_highlight()
becomes('uses and declaration are marked', 'LspReferenceRead LspReferenceWrite', function()
  local groups = vim.tbl_map(function(mark)
    return mark[4].hl_group
  end, vim.api.nvim_buf_get_extmarks(stock, marks, 0, -1, { details = true }))
  return table.concat(groups, ' ')
end)
vim.lsp.buf.clear_references()

vim.fn.setqflist({})
vim.lsp.codelens.run()
becomes('a lens lists the uses in all files', places(place(STOCK, 'stock:read'), place(CHANNEL, 'stock:read')), function()
  return listed(vim.fn.getqflist())
end)
vim.cmd.cclose()

vim.lsp.inlay_hint.enable(true, { bufnr = stock })
becomes('a hint says what a client needs', 'needs SASL SCRAM-SHA-256 or OAuth stock:read', function()
  local hint = vim.lsp.inlay_hint.get({ bufnr = stock })[1]
  return hint and hint.inlay_hint.label
end)

go_to(place(ORDERS, 'security.yaml#/partners', 'partners'))
for _, selected in ipairs({ 'partners', 'shared/security.yaml#/partners', '$ref: shared/security.yaml#/partners' }) do
  vim.lsp.buf.selection_range(1)
  becomes(('the selection grows to `%s`'):format(selected), selected, function()
    return table.concat(vim.fn.getregion(vim.fn.getpos('v'), vim.fn.getpos('.')), '\n')
  end)
end
vim.api.nvim_feedkeys(vim.keycode('<Esc>'), 'nx', false)

--- The text of a file as Neovim has it: of its buffer, or of the disk.
local function text_of(name)
  local buffer = vim.fn.bufnr(path(name))
  if buffer < 0 or not vim.api.nvim_buf_is_loaded(buffer) then
    return on_disk(name)
  end
  local ending = vim.bo[buffer].fileformat == 'dos' and '\r\n' or '\n'
  return table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), ending) .. ending
end

--- Whether the texts are the old ones with other words in some, and all others untouched.
local function differences(edited, tell)
  for _, name in ipairs(FILES) do
    local wanted = texts[name]
    for old, new in pairs(edited[name] or {}) do
      wanted = wanted:gsub(vim.pesc(old), (new:gsub('%%', '%%%%')))
    end
    if tell(name) ~= wanted then
      return ('%s is\n%s'):format(name, tell(name))
    end
  end
  return ''
end

local function refused(what, from, new, reason)
  go_to(from)
  said = {}
  vim.lsp.buf.rename(new)
  local passed = wait(function()
    return vim.iter(said):any(function(message)
      return message:find(reason, 1, true) ~= nil
    end)
  end)
  check(('rename says why %s is refused'):format(what), passed, table.concat(said, ' | '))
end

local function renamed(what, from, new, edited)
  go_to(from)
  vim.lsp.buf.rename(new)
  becomes(('rename of %s changes its places in all files'):format(what), '', function()
    return differences(edited, text_of)
  end)
  vim.cmd('silent wall')
  becomes('written, byte for byte', '', function()
    return differences(edited, on_disk)
  end)
  for name in pairs(edited) do
    open(name)
    vim.cmd('silent undo')
  end
  vim.cmd('silent wall')
  becomes('one undo in each file brings the bytes back', '', function()
    return differences({}, on_disk)
  end)
end

refused('another name of a flow', place(ORDERS, 'clientCredentials'), 'mine', 'AsyncAPI says how the flows are called')
refused('a name with a blank', place(STOCK, 'keepers:'), 'store keepers', '`store keepers` cannot be a name here')
refused('a name that is taken', place(STOCK, 'keepers:'), 'partners', '`partners` is taken: it stands in line 14')
renamed('a scheme, from a use', place(ORDERS, 'security.yaml#/partners', 'partners'), 'allies', {
  [ORDERS] = { ['#/partners'] = '#/allies' },
  [STOCK] = { ['#/partners'] = '#/allies' },
  [SCHEMES] = { ['partners:'] = 'allies:' },
  [LOGIN] = { ['#/partners'] = '#/allies' },
})
renamed('a scheme, from its declaration', place(STOCK, 'keepers:'), 'storeKeepers', {
  [STOCK] = { ['keepers:'] = 'storeKeepers:' },
  [CHANNEL] = { ['keepers:'] = 'storeKeepers:' },
})
renamed('a scope', place(CHANNEL, 'stock:read'), 'stock:view', {
  [STOCK] = { ['stock:read'] = 'stock:view' },
  [CHANNEL] = { ['stock:read'] = 'stock:view' },
})

-- Another program changes a file that is not open. On Linux Neovim watches no files, so the next save has to do.
vim.cmd('silent %bdelete!')
local orders = open(ORDERS)
local function found()
  return table.concat(vim.tbl_map(function(d)
    return d.code
  end, vim.diagnostic.get(orders)), ' ')
end
local function saved(name, wanted)
  vim.cmd('silent write')
  becomes(name, wanted, found)
end
saved('there is no problem', '')
write(SCHEMES, (texts[SCHEMES]:gsub('partners:', 'others:')))
saved('a scheme that goes on disk is missed where it is named', 'security-ref-unresolved')
write(SCHEMES, texts[SCHEMES])
saved('and is found again', '')
os.remove(path(SCHEMES))
saved('a file that goes is missed', 'security-ref-unresolved')
write(SCHEMES, texts[SCHEMES])
saved('and is found again when it is back', '')

-- What is not saved counts.
vim.cmd.split(path(SCHEMES))
local schemes = open(SCHEMES)
local line = place(SCHEMES, 'partners:').line
vim.api.nvim_buf_set_lines(schemes, line - 1, line, false, { 'others:' })
becomes('a name that is changed but not saved is missed in the file beside it', 'security-ref-unresolved', found)
vim.cmd('silent undo')
becomes('and is found again when that is undone', '', found)
report.finish()
