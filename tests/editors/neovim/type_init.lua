-- The configuration of a user who copied what editors/neovim/README.md says, and what type.lua wants to know.
local here = vim.fs.dirname(debug.getinfo(1, 'S').source:sub(2))
local folder = os.getenv('EDITORS_NEOVIM')

--- The Lua of the page, from its beginning to `## Settings`: what is below is for some users only.
local function configuration_of(page)
  local blocks, block = {}, nil
  for line in io.lines(page) do
    if line == '## Settings' then
      break
    elseif block and vim.trim(line) == '```' then
      blocks[#blocks + 1], block = table.concat(block, '\n'), nil
    elseif block then
      block[#block + 1] = line
    elseif vim.trim(line) == '```lua' then
      block = {}
    end
  end
  return table.concat(blocks, '\n')
end

dofile(here .. '/init.lua')
-- Who is not there cannot press Enter at a prompt; type.lua looks at the last message of an error.
vim.o.more = false
vim.o.messagesopt = 'wait:0,history:100'
local configuration = configuration_of(vim.fs.joinpath(folder, 'README.md'))
assert(configuration:find('vim.lsp.completion.enable', 1, true), 'the page does not switch completion on')
assert(loadstring(configuration:gsub('/path/to/asyncapi%-security%-lsp/editors/neovim', folder), 'README.md'))()

-- `keys` counts those that were typed and taken, `settled` is the last of them whose consequences are all there,
-- `said` is what the editor warned of.
_G.typist = { keys = 0, settled = 0, said = '' }

vim.on_key(function(_, typed)
  typist.keys = typist.keys + (typed ~= '' and 1 or 0)
end)

vim.notify = function(message, level)
  if (level or 0) >= vim.log.levels.WARN then
    typist.said = typist.said .. message .. '\n'
  end
end
vim.notify_once = vim.notify

--- Lets `settled` become `number` as soon as no list can open any more because of the key with that number.
function typist.settle(number, key)
  local client = vim.lsp.get_clients({ name = 'asyncapi_security', bufnr = 0 })[1]
  if not client then
    error('the server is gone')
  end
  local function ask()
    -- Answers come in the order of the requests, so behind this one there is none for a list.
    local params = vim.lsp.util.make_position_params(0, client.offset_encoding)
    client:request('textDocument/hover', params, function()
      vim.schedule(function()
        typist.settled = number
      end)
    end, 0)
  end
  local triggers = client.server_capabilities.completionProvider.triggerCharacters
  if vim.fn.pumvisible() == 1 or vim.tbl_contains(triggers, key == '<Space>' and ' ' or key) then
    -- Neovim asks for a list by a timer of 25 ms. One that was set later and takes longer fires behind it.
    vim.defer_fn(ask, 26)
  else
    ask()
  end
end
